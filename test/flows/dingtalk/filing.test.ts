import { filingStories } from '../../stories/filing.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

filingStories(inDingTalk());
