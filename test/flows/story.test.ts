import { theStory } from '../stories/story.ts';
import { openDesk } from '../support/desk.ts';

// In the demo shop.
theStory({ name: 'sandbox', open: () => openDesk() }, 'xiaomei');
