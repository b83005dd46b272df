import { revealStories } from '../../stories/reveal.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

revealStories(inWeCom());
