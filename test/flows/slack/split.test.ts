import { splitStories } from '../../stories/split.ts';
import { inSlack } from '../../support/slack-desk.ts';

splitStories(inSlack());
