import { refusalsStories } from '../stories/refusals.ts';
import { inSandbox } from '../support/desk.ts';

refusalsStories(inSandbox);
