import { revealStories } from '../../stories/reveal.ts';
import { inSandbox } from '../../support/desk.ts';

revealStories(inSandbox);
