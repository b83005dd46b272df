import { theEndStories } from '../../stories/the-end.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

theEndStories(inWeCom());
