import { peopleStories } from '../../stories/people.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

peopleStories(inDingTalk());
