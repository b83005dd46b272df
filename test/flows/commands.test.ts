import { commandsStories } from '../stories/commands.ts';
import { inSandbox } from '../support/desk.ts';

commandsStories(inSandbox);
