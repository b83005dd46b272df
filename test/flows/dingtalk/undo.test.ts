import { undoStories } from '../../stories/undo.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

undoStories(inDingTalk());
