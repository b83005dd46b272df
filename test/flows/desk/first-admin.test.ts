import { expect, it } from 'vitest';
import { firstAdminStories } from '../../stories/first-admin.ts';
import { inSandbox, openDesk } from '../../support/desk.ts';

firstAdminStories(inSandbox);

it('the demo shop has its admin and asks for none', async () => {
  const demo = await openDesk();
  try {
    expect(demo.firstAdmin).toBeNull();
  } finally {
    await demo.stop();
  }
});
