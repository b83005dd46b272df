import { coverStories } from '../../stories/cover.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

coverStories(inDingTalk());
