import { commandsStories } from '../../stories/commands.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

commandsStories(inWeCom());
