import { handoverStories } from '../../stories/handover.ts';
import { inSandbox } from '../../support/desk.ts';

handoverStories(inSandbox);
