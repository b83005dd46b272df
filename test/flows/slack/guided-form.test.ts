import { guidedFormStories } from '../../stories/guided-form.ts';
import { inSlack } from '../../support/slack-desk.ts';

guidedFormStories(inSlack());
