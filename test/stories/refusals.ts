import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words, type Desk, type Scene } from '../support/desk.ts';
import { aShop } from '../support/shop.ts';

/** What happens in test/flows/refusals.test.ts. */
export function refusalsStories(scene: Scene): void {
  describe(`refusals, colleagues in ${scene.name}`, () => {
    let desk: Desk;
    /** 李雷's own, nobody's, a closed one: all of 售后. */
    const MINE = 4800;
    const NEW = 4801;
    const CLOSED = 4802;
    const PARCEL = 4803;

    beforeAll(async () => {
      desk = await scene.open({ shop: aShop({ customers: 5 }) });
      await desk.writes('k1', '收到的杯子碎了');
      await desk.writes('k2', '做工太粗糙了');
      await desk.writes('k3', '要退货');
      await desk.writes('k4', '快递三天没更新');
      await desk.types('lilei', `认领 ${MINE}`);
      await desk.types('lilei', `认领 ${CLOSED}`);
      await desk.types('lilei', `关闭 ${CLOSED}`);
      await desk.passes(60_000);
    });
    afterAll(() => desk.stop());

    /** Where what is typed in a group is read by all, and its answer stands beside it. */
    const isOpen = scene.name === 'dingtalk' || scene.name === 'wecom';
    const said = async (user: string, line: string): Promise<string> => words((await desk.types(user, line)).answer);

    describe('each refusal names the reason and the way out, privately, in the language of who asked', () => {
      const CASES: readonly (readonly [user: string, line: string, answer: string])[] = [
        ['lilei', '认领 9999', '没有 T-9999 这张工单，发「列表」看看现有的'],
        ['daniel', 'claim 9999', 'There is no ticket T-9999; "list" shows the ones there are'],
        // Of another team: it does not exist for them, whatever they want with it.
        ['daniel', `show ${MINE}`, `There is no ticket T-${MINE}; "list" shows the ones there are`],
        ['lilei', `认领 ${PARCEL}`, `没有 T-${PARCEL} 这张工单，发「列表」看看现有的`],
        ['lilei', `${PARCEL}`, `没有 T-${PARCEL} 这张工单，发「列表」看看现有的`],
        ['wangfang', `认领 ${MINE}`, `李雷 1 分钟前已认领 T-${MINE}。下一张待认领：T-${NEW} 做工太粗糙了`],
        ['wangfang', `回复 ${MINE} 我来`, `李雷正在处理 T-${MINE}，仍要回复？`],
        ['wangfang', `放回 ${MINE} 忙`, `T-${MINE} 由李雷负责，这一步请李雷或组长来做；有话留给李雷，写「备注」就好`],
        ['wangfang', `解决 ${MINE}`, `T-${MINE} 由李雷负责，这一步请李雷或组长来做；有话留给李雷，写「备注」就好`],
        ['wangfang', `挂起 ${MINE} 仓库`, `T-${MINE} 由李雷负责，这一步请李雷或组长来做；有话留给李雷，写「备注」就好`],
        [
          'wangfang',
          `转给 ${MINE} 物流 试试`,
          `T-${MINE} 由李雷负责，这一步请李雷或组长来做；有话留给李雷，写「备注」就好`,
        ],
        ['wangfang', `关闭 ${MINE}`, `T-${MINE} 由李雷负责，这一步请李雷或组长来做；有话留给李雷，写「备注」就好`],
        ['wangfang', `派给 ${MINE} 李雷`, `T-${MINE} 这一步需要组长来做`],
        ['chenjing', `派给 ${MINE} 孙伟`, `孙伟 不在 T-${MINE} 的组里；跨组请用「转给」`],
        ['chenjing', `派给 ${MINE} 小张`, '通讯录里没有「小张」，请写全名'],
        ['lilei', `转给 ${MINE} 物流`, '转给别人要带一句说明，例如：转给 物流 已核实未发货'],
        ['lilei', `解决 ${NEW}`, `T-${NEW} 现在是「待认领」，不能解决；先「认领」`],
        ['chenjing', `挂起 ${NEW} 仓库`, `T-${NEW} 现在是「待认领」，不能挂起；先「认领」`],
        ['lilei', `回复 ${CLOSED} 您好`, `T-${CLOSED} 现在是「已关闭」，不能回复；需要的话先「重开」`],
        ['lilei', `解决 ${CLOSED}`, `T-${CLOSED} 现在是「已关闭」，不能解决；需要的话先「重开」`],
        ['lilei', `放回 ${CLOSED} 忙`, `T-${CLOSED} 现在是「已关闭」，不能放回；需要的话先「重开」`],
        ['chenjing', `派给 ${CLOSED} 王芳`, `T-${CLOSED} 现在是「已关闭」，不能派给；需要的话先「重开」`],
        ['lilei', `认领 ${CLOSED}`, `T-${CLOSED} 现在是「已关闭」，不能认领；需要的话先「重开」`],
        ['lilei', `认领 ${MINE}`, `T-${MINE} 已经是你的了`],
        ['lilei', `放回 ${NEW} 忙`, `T-${NEW} 本来就没人认领`],
        ['lilei', `关闭 ${CLOSED}`, `T-${CLOSED} 已经关闭了`],
        ['lilei', `重开 ${MINE}`, `T-${MINE} 本来就开着`],
        ['lilei', `优先级 ${MINE} 普通`, `T-${MINE} 的优先级已经是「普通」`],
        ['lilei', `优先级 ${MINE} 火急`, '「火急」不是优先级，可以写：低、普通、高、紧急'],
        ['lilei', `挂起 ${MINE} 仓库 很久`, '「很久」不是时长，可以写：30分钟、2小时、1天'],
        ['lilei', `认领 ${NEW} 快点`, '「认领」后面不用写「快点」，这次没有执行；去掉再发一次就好'],
        ['lilei', `备注 ${MINE} ${'长'.repeat(4_001)}`, '写了 4001 个字，最多 4000 个，请分几次发'],
        ['wangfang', `撤销 ${MINE}`, '你没有可以撤销的操作'],
        ['lilei', `撤销 ${MINE}`, '只能在 30 秒内撤销，现在请用反向操作，例如「重开」或「放回」'],
        ['daniel', 'clam 4803', '"clam" is not a command I know. Did you mean "claim"? "help" shows them all'],
        ['lilei', '认令 4800', '没看懂「认令」，是不是「认领」？发「帮助」看全部命令'],
        ['lilei', '今天吃什么', '没看懂「今天吃什么」。发「帮助」看看能做什么'],
      ];
      for (const [user, line, answer] of CASES)
        it(`${user}: ${line.slice(0, 30)}`, async () => {
          const before = (await desk.store.tickets.byNumber(Number(/\d{4}/u.exec(line)?.[0] ?? 0)))?.version;
          expect(await said(user, line)).toBe(answer);
          const after = (await desk.store.tickets.byNumber(Number(/\d{4}/u.exec(line)?.[0] ?? 0)))?.version;
          expect(after).toBe(before);
        });

      it('nobody else sees them, and the group stays quiet', async () => {
        const group = (await desk.sees('wangfang', 'g-aftersale')).length;
        // Slack's command is seen by nobody; in the sandbox a press of what the card does not offer.
        const { surface = null } = await desk.card('lilei', 'g-aftersale', NEW);
        const { answer } =
          scene.name === 'sandbox'
            ? await desk.presses('lilei', surface, 'resolve', { ticket: String(NEW) })
            : scene.name === 'slack'
              ? await desk.types('lilei', `/解决 ${NEW}`, { conversation: 'g-aftersale' })
              : await desk.presses('lilei', surface, 'close', { ticket: String(NEW) });
        // What is typed in a group to DingTalk or WeCom stands there, and so does its answer: a press of what another may do.
        expect(words(answer)).toContain(
          isOpen ? `T-${NEW} 还没人认领，这一步先「认领」` : '现在是「待认领」，不能解决',
        );
        expect(answer).toMatchObject({ private: true });
        expect(await desk.sees('wangfang', 'g-aftersale')).toHaveLength(group);
      });

      // What a colleague may read of another is said beside what they wrote: it costs no call, and they are named.
      it.runIf(isOpen)('what is refused in the group is said there, to whoever wrote it', async () => {
        const group = (await desk.sees('wangfang', 'g-aftersale')).length;
        const { answer } = await desk.types('lilei', `/解决 ${NEW}`, { conversation: 'g-aftersale' });
        expect(words(answer)).toContain('现在是「待认领」，不能解决');
        // Where it is heard for the first time it says who it is.
        const said = (await desk.sees('wangfang', 'g-aftersale')).slice(group).map(words);
        expect(said.filter((line) => !line.startsWith('我是工单助手'))).toEqual([`解决 ${NEW}`, words(answer)]);
      });

      it.runIf(scene.name === 'sandbox')('somebody whom the directory does not know acts for nobody', async () => {
        const { status, body } = await desk.posts('/sandbox/api/actions', {
          user: 'k1',
          command: 'claim',
          args: { ticket: String(NEW) },
        });
        expect(status).toBe(202);
        expect(JSON.stringify(body)).toContain('您有什么需要，直接在这里留言就好');
        expect((await desk.store.tickets.byNumber(NEW))?.assignee).toBeNull();
      });

      it('the customer of a filed ticket cannot be written to', async () => {
        const { answer } = await desk.presses('lilei', null, 'new', { text: '电话里说杯子碎了' });
        const no = /T-(\d+)/u.exec(words(answer))?.[1] ?? '';
        await said('lilei', `认领 ${no}`);
        expect(await said('lilei', `回复 ${no} 您好`)).toContain('没有发出去。请用电话回复');
        expect(await said('lilei', `解决 ${no}`)).toContain('记得用电话告诉买家');
      });
    });
  });
}
