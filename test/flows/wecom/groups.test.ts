import { groupsStories } from '../../stories/groups.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

groupsStories(inWeCom());
