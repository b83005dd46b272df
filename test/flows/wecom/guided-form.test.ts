import { guidedFormStories } from '../../stories/guided-form.ts';
import { inWeCom } from '../../support/wecom-desk.ts';

guidedFormStories(inWeCom());
