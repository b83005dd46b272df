import { offersStories } from '../../stories/offers.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

offersStories(inWeCom());
