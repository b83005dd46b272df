import { theStory } from '../../stories/story.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

theStory(inWeCom());
