import { dutyStories } from '../../stories/duty.ts';
import { inSlack } from '../../support/slack-desk.ts';

dutyStories(inSlack());
