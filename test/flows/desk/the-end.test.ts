import { theEndStories } from '../../stories/the-end.ts';
import { inSandbox } from '../../support/desk.ts';

theEndStories(inSandbox);
