import { handoverStories } from '../../stories/handover.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

handoverStories(inDingTalk());
