import { coverStories } from '../../stories/cover.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

coverStories(inWeCom());
