import { mergeStories } from '../../stories/merge.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

mergeStories(inDingTalk());
