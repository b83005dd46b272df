import { theEndStories } from '../../stories/the-end.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

theEndStories(inDingTalk());
