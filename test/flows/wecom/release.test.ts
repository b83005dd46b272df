import { releaseStories } from '../../stories/release.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

releaseStories(inWeCom());
