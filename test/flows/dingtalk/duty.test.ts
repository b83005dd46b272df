import { dutyStories } from '../../stories/duty.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

dutyStories(inDingTalk());
