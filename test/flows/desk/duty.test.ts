import { dutyStories } from '../../stories/duty.ts';
import { inSandbox } from '../../support/desk.ts';

dutyStories(inSandbox);
