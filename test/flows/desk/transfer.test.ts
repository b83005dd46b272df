import { offersStories } from '../../stories/offers.ts';
import { inSandbox } from '../../support/desk.ts';

offersStories(inSandbox);
