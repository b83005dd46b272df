import { repliesStories } from '../../stories/replies.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

repliesStories(inWeCom());
