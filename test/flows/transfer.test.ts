import { transferStories } from '../stories/transfer.ts';
import { inSandbox } from '../support/desk.ts';

transferStories(inSandbox);
