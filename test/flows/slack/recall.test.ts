import { recallStories } from '../../stories/recall.ts';
import { inSlack } from '../../support/slack-desk.ts';

recallStories(inSlack());
