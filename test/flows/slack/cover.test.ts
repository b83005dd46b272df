import { coverStories } from '../../stories/cover.ts';
import { inSlack } from '../../support/slack-desk.ts';

coverStories(inSlack());
