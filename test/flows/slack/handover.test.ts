import { handoverStories } from '../../stories/handover.ts';
import { inSlack } from '../../support/slack-desk.ts';

handoverStories(inSlack());
