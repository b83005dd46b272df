import { recallStories } from '../../stories/recall.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

recallStories(inDingTalk());
