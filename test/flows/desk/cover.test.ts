import { coverStories } from '../../stories/cover.ts';
import { inSandbox } from '../../support/desk.ts';

coverStories(inSandbox);
