import { recallStories } from '../../stories/recall.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

recallStories(inWeCom());
