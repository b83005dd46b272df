import { commandsStories } from '../../stories/commands.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

commandsStories(inDingTalk());
