import { filingStories } from '../../stories/filing.ts';
import { inSlack } from '../../support/slack-desk.ts';

filingStories(inSlack());
