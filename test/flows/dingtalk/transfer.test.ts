import { transferStories } from '../../stories/transfer.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

transferStories(inDingTalk());
