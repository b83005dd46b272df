import { peopleStories } from '../../stories/people.ts';
import { inSandbox } from '../../support/desk.ts';

peopleStories(inSandbox);
