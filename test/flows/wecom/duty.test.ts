import { dutyStories } from '../../stories/duty.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

dutyStories(inWeCom());
