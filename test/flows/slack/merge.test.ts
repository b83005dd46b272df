import { mergeStories } from '../../stories/merge.ts';
import { inSlack } from '../../support/slack-desk.ts';

mergeStories(inSlack());
