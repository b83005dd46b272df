import { theStory } from '../../stories/story.ts';
import { inSlack } from '../../support/slack-desk.ts';

theStory(inSlack('http'));
theStory(inSlack('socket'));
