import { refusalsStories } from '../../stories/refusals.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

refusalsStories(inWeCom());
