import { claimsStories } from '../../stories/claims.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

claimsStories(inDingTalk());
