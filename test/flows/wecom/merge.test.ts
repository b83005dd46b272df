import { mergeStories } from '../../stories/merge.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

mergeStories(inWeCom());
