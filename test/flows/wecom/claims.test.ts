import { claimsStories } from '../../stories/claims.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

claimsStories(inWeCom());
