import { splitStories } from '../../stories/split.ts';
import { inSandbox } from '../../support/desk.ts';

splitStories(inSandbox);
