import { repliesStories } from '../../stories/replies.ts';
import { inSlack } from '../../support/slack-desk.ts';

repliesStories(inSlack());
