import { peopleStories } from '../../stories/people.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

peopleStories(inWeCom());
