import { commandsStories } from '../../stories/commands.ts';
import { inSlack } from '../../support/slack-desk.ts';

commandsStories(inSlack());
