import { mergeStories } from '../../stories/merge.ts';
import { inSandbox } from '../../support/desk.ts';

mergeStories(inSandbox);
