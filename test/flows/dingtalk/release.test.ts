import { releaseStories } from '../../stories/release.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

releaseStories(inDingTalk());
