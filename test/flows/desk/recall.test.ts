import { recallStories } from '../../stories/recall.ts';
import { inSandbox } from '../../support/desk.ts';

recallStories(inSandbox);
