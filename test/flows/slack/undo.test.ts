import { undoStories } from '../../stories/undo.ts';
import { inSlack } from '../../support/slack-desk.ts';

undoStories(inSlack());
