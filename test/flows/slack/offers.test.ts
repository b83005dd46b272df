import { offersStories } from '../../stories/offers.ts';
import { inSlack } from '../../support/slack-desk.ts';

offersStories(inSlack());
