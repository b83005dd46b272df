import { theStory } from '../../stories/story.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

theStory(inDingTalk('stream'));
theStory(inDingTalk('http'));
