import { revealStories } from '../../stories/reveal.ts';
import { inSlack } from '../../support/slack-desk.ts';

revealStories(inSlack());
