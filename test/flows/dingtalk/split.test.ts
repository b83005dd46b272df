import { splitStories } from '../../stories/split.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

splitStories(inDingTalk());
