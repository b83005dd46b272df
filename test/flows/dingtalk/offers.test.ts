import { offersStories } from '../../stories/offers.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

offersStories(inDingTalk());
