import { repliesStories } from '../../stories/replies.ts';
import { inSandbox } from '../../support/desk.ts';

repliesStories(inSandbox);
