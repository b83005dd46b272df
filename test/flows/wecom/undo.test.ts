import { undoStories } from '../../stories/undo.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

undoStories(inWeCom());
