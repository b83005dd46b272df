import { filingStories } from '../../stories/filing.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

filingStories(inWeCom());
