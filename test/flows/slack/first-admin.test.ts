import { firstAdminStories } from '../../stories/first-admin.ts';
import { inSlack } from '../../support/slack-desk.ts';

firstAdminStories(inSlack());
