import { claimsStories } from '../../stories/claims.ts';
import { inSlack } from '../../support/slack-desk.ts';

claimsStories(inSlack());
