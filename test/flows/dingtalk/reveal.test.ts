import { revealStories } from '../../stories/reveal.ts';
import { inDingTalk } from '../../support/dingtalk-desk.ts';

revealStories(inDingTalk());
