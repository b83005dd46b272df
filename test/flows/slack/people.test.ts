import { peopleStories } from '../../stories/people.ts';
import { inSlack } from '../../support/slack-desk.ts';

peopleStories(inSlack());
