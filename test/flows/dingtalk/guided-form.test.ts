import { guidedFormStories } from '../../stories/guided-form.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

guidedFormStories(inDingTalk());
