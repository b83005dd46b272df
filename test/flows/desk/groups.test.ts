import { groupsStories } from '../../stories/groups.ts';
import { inSandbox } from '../../support/desk.ts';

groupsStories(inSandbox);
