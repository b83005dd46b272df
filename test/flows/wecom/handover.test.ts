import { handoverStories } from '../../stories/handover.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

handoverStories(inWeCom());
