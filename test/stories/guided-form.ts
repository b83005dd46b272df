import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Form } from '../../cards/card.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/guided-form.test.ts. */
export function guidedFormStories(scene: Scene): void {
  describe(`guided form, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ more: "categories:\n  logistics: { ask: ['order!', tracking] }" }) });
    });
    afterAll(() => desk.stop());

    const fields = (form: Form | null): readonly string[] => (form?.fields ?? []).map((f) => f.name);
    const filled = (form: Form | null): Record<string, string> =>
      Object.fromEntries((form?.fields ?? []).map((f) => [f.name, f.value ?? '']));
    const count = () => desk.store.tickets.count({});

    it('a category chosen in the form opens it anew, and there is one ticket', async () => {
      const { form } = await desk.presses('lilei', null, 'new');
      expect(fields(form)).toEqual(['category', 'text', 'order', 'place', 'handle', 'phone', 'tracking', 'team']);
      // DingTalk tells nothing of a form before it is handed in: it then comes back with what is asked for.
      expect(form?.fields[0]?.guides).toBe(scene.name === 'dingtalk' ? undefined : true);

      const typed = { category: 'logistics.stalled', text: '快递三天没更新', handle: 'tb88', phone: '13812345678' };
      const guided = await desk.guides('lilei', form, 'category', typed);
      // The telephone is not asked for here; as it was typed it stays.
      expect(fields(guided)).toEqual(['category', 'text', 'order', 'tracking', 'place', 'handle', 'phone']);
      expect(filled(guided)).toMatchObject(typed);
      expect(guided?.fields.find((f) => f.name === 'order')?.required).toBe(true);

      const filed = await desk.fills('lilei', guided, { ...filled(guided), order: '2712345678901234567' });
      const ticket = await desk.store.tickets.byNumber(Number(/T-(\d+)/u.exec(words(filed.answer))?.[1]));
      expect(ticket).toMatchObject({
        team: 'logistics',
        category: 'logistics.stalled',
        customer: { handle: 'tb88' },
        facts: { order: '2712345678901234567', phone: '13812345678' },
      });
      expect(await count()).toBe(1);
    });

    // Slack itself lets nobody hand it in without what is required.
    it.runIf(scene.name === 'sandbox')('without the order it comes back, and there is no ticket', async () => {
      const before = await count();
      const typed = { category: 'logistics.stalled', text: '快递三天没更新', handle: 'tb88' };
      const guided = await desk.guides('lilei', (await desk.presses('lilei', null, 'new')).form, 'category', typed);
      const refused = await desk.fills('lilei', guided, filled(guided));
      expect(refused.answer).toBeNull();
      expect(refused.form?.fields.find((f) => f.name === 'order')?.error).toBe('「物流停滞」的工单要填这一项');
      expect(filled(refused.form)).toMatchObject(typed);
      expect(await count()).toBe(before);
      const filed = await desk.fills('lilei', refused.form, { ...filled(refused.form), order: '2712345678901234000' });
      expect(words(filed.answer)).toMatch(/T-\d+/u);
    });

    it('a pasted text starts the form of its category, and another category takes the ticket to its team', async () => {
      const before = await count();
      const preview = await desk.types('lilei', '新建 旺旺：a88\n电话 13812345678\n杯子碎了');
      const edit = preview.answer?.card?.actions.find((a) => a.invoke.args['step'] === 'edit');
      const { form } = await desk.presses('lilei', preview.answer?.surface ?? null, 'new', { ...edit?.invoke.args });
      expect(fields(form)).toEqual(['category', 'text', 'order', 'tracking', 'place', 'handle', 'phone']);
      const values = { ...filled(form), category: 'logistics' };
      const other = await desk.guides('lilei', form, 'category', values);
      expect(filled(other)).toMatchObject({ category: 'logistics', phone: '13812345678', handle: 'a88' });
      // The draft goes along: what is filed is filed once, with what came beside it.
      expect(other?.invoke.args).toEqual(form?.invoke.args);
      const order = '2712345678901234999';
      const filed = await desk.fills('lilei', other, { ...filled(other), order });
      const ticket = await desk.store.tickets.byNumber(Number(/T-(\d+)/u.exec(words(filed.answer))?.[1]));
      expect(ticket).toMatchObject({ team: 'logistics', facts: { order, phone: '13812345678' } });
      if (scene.name === 'sandbox') await desk.fills('lilei', other, { ...filled(other), order });
      expect(await count()).toBe(before + 1);
    });
  });
}
