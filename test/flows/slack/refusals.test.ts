import { refusalsStories } from '../../stories/refusals.ts';
import { inSlack } from '../../support/slack-desk.ts';

refusalsStories(inSlack());
