import { nextStories } from '../../stories/next.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

nextStories(inWeCom());
