import { theEndStories } from '../../stories/the-end.ts';
import { inSlack } from '../../support/slack-desk.ts';

theEndStories(inSlack());
