import { nextStories } from '../../stories/next.ts';
import { inSlack } from '../../support/slack-desk.ts';

nextStories(inSlack());
