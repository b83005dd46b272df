import { releaseStories } from '../../stories/release.ts';
import { inSandbox } from '../../support/desk.ts';

releaseStories(inSandbox);
