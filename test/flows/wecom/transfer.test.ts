import { transferStories } from '../../stories/transfer.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

transferStories(inWeCom());
