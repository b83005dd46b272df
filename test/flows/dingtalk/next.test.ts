import { nextStories } from '../../stories/next.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

nextStories(inDingTalk());
