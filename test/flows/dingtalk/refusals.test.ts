import { refusalsStories } from '../../stories/refusals.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

refusalsStories(inDingTalk());
