import { splitStories } from '../../stories/split.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

splitStories(inWeCom());
