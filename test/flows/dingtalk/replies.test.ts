import { repliesStories } from '../../stories/replies.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

repliesStories(inDingTalk());
