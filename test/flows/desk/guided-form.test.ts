import { guidedFormStories } from '../../stories/guided-form.ts';
import { inSandbox } from '../../support/desk.ts';

guidedFormStories(inSandbox);
