import { transferStories } from '../../stories/transfer.ts';
import { inSlack } from '../../support/slack-desk.ts';

transferStories(inSlack());
