import { firstAdminStories } from '../../stories/first-admin.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

firstAdminStories(inWeCom());
