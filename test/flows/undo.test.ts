import { undoStories } from '../stories/undo.ts';
import { inSandbox } from '../support/desk.ts';

undoStories(inSandbox);
