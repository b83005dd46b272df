import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAdminCode, offerAdminCode } from '../../src/flow/first-admin.ts';
import { systemIds as ids } from '../../src/ids.ts';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/desk/first-admin.test.ts. */
export function firstAdminStories(scene: Scene): void {
  describe(`first admin, colleagues in ${scene.name}`, () => {
    const HOUR = 3_600_000;
    let desk: Desk;
    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 3 }) });
    });
    afterAll(() => desk.stop());

    const makes = () => ({ store: desk.store, vault: desk.vault, clock: desk.clock, ids });
    const says = async (user: string, text: string, conversation = `d-${user}`): Promise<string> =>
      words((await desk.types(user, text, { conversation })).answer);
    let people = 0;
    const somebody = async (): Promise<string> => {
      people += 1;
      await desk.arrives(`new${people}`, `新人${people}`);
      return `new${people}`;
    };
    const isAdmin = async (user: string): Promise<boolean> =>
      (await desk.store.members.all()).some((m) => m.account.user === desk.account(user) && m.roles.includes('admin'));

    describe('the first admin', () => {
      it('is asked for at the start by a code of eight that is easy to read aloud, kept as a hash only', async () => {
        const { firstAdmin } = desk;
        expect(firstAdmin?.code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/u);
        expect(firstAdmin?.code).not.toMatch(/[01IOLSB5]/u);
        const kept = JSON.stringify(await desk.store.connection.collection('codes').find({}).toArray());
        expect(kept).not.toContain(firstAdmin?.code ?? '');
        expect(kept).not.toContain((firstAdmin?.code ?? '').replace('-', ''));
        // A second process that starts leaves it alone.
        expect(await offerAdminCode(makes())).toBeNull();
      });

      it('writes the code alone to the bot and is an admin, under the name the platform has', async () => {
        const user = await somebody();
        expect(await says(user, `绑定 管理员 ${desk.firstAdmin?.code}`)).toBe(
          '新人1，你现在是管理员了。接下来把我加进客服群，按卡片上的按钮，或在群里写「@工单 绑定 售后」',
        );
        await desk.founds('g-real', [user]);
        expect(await says(user, '@工单 绑定 售后', 'g-real')).toContain('绑定好了');
        expect(await says(user, `绑定 管理员 ${desk.firstAdmin?.code}`)).toBe('你已经是管理员了');
      });

      it('cannot use a code twice', async () => {
        const user = await somebody();
        expect(await says(user, `绑定 管理员 ${desk.firstAdmin?.code}`)).toContain(
          '验证码不对，或者已经用过、过期了，还能试 4 次',
        );
        expect(await isAdmin(user)).toBe(false);
      });

      it('may write it as people do: in English, small, without the dash, stuck to the word', async () => {
        for (const write of [
          (code: string) => `link admin ${code.toLowerCase()}`,
          (code: string) => `bd 管理员 ${code.replace('-', '')}`,
          (code: string) => `绑定管理员${code.replace('-', ' ')}`,
          (code: string) => `/绑定 管理员：${code}`,
        ]) {
          const user = await somebody();
          const answer = await says(user, write(await newAdminCode(makes())));
          expect(answer).toContain('你现在是管理员了');
          expect(await isAdmin(user)).toBe(true);
        }
      });

      it('keeps what the file says about them', async () => {
        expect(await says('lilei', `绑定 管理员 ${await newAdminCode(makes())}`)).toContain('李雷，你现在是管理员了');
        await desk.writes('k1', '收到的杯子碎了');
        expect(await says('lilei', '列表')).toContain('售后');
        expect((await desk.store.members.all()).find((m) => m.person === 'lilei')).toMatchObject({ roles: ['admin'] });
      });

      it('is too late after 24 hours; gongdan admin-code prints a new one that replaces the old', async () => {
        const old = await newAdminCode(makes());
        const user = await somebody();
        await desk.passes(24 * HOUR);
        expect(await says(user, `绑定 管理员 ${old}`)).toContain('验证码不对');
        const [first, second] = [await newAdminCode(makes()), await newAdminCode(makes())];
        expect(await says(user, `绑定 管理员 ${first}`)).toContain('验证码不对');
        expect(await says(user, `绑定 管理员 ${second}`)).toContain('你现在是管理员了');
      });

      it('waits an hour after five wrong codes, each account for itself', async () => {
        const code = await newAdminCode(makes());
        const [user, other] = [await somebody(), await somebody()];
        for (const left of [4, 3, 2, 1])
          expect(await says(user, '绑定 管理员 AAAA-2222')).toContain(`还能试 ${left} 次`);
        expect(await says(user, '绑定 管理员 AAAA-2222')).toContain('试错太多次了');
        expect(await says(user, `绑定 管理员 ${code}`)).toContain('试错太多次了');
        expect(await isAdmin(user)).toBe(false);
        expect(await says(other, '绑定 管理员 AAAA-2222')).toContain('还能试 4 次');
        await desk.passes(HOUR);
        expect(await says(user, `绑定 管理员 ${code}`)).toContain('你现在是管理员了');
      });

      it('is told not to write the code in a group, where it is spent', async () => {
        const code = await newAdminCode(makes());
        const user = await somebody();
        await desk.enters(user, 'g-aftersale', 'lilei');
        expect(await says(user, `@工单 绑定 管理员 ${code}`, 'g-aftersale')).toContain('验证码请单独发给我');
        expect(await says(user, `绑定 管理员 ${code}`)).toContain('验证码不对');
      });

      it('reads what to write when the code is missing', async () => {
        expect(await says(await somebody(), '绑定 管理员')).toContain('例如：绑定 管理员 ABCD-2345');
        expect(await says('daniel', 'link admin')).toContain('link admin ABCD-2345');
      });
    });
  });
}
