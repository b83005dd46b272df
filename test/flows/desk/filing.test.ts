import { filingStories } from '../../stories/filing.ts';
import { inSandbox } from '../../support/desk.ts';

filingStories(inSandbox);
