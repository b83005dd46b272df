import { joiningStories } from '../../stories/joining.ts';
import { inSandbox } from '../../support/desk.ts';

joiningStories(inSandbox);
