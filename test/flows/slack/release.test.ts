import { releaseStories } from '../../stories/release.ts';
import { inSlack } from '../../support/slack-desk.ts';

releaseStories(inSlack());
