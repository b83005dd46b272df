import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { PUBLIC_TEMPLATE } from '../../../adapters/dingtalk/rungs.ts';
import { neutralLine } from '../../../cards/neutralise.ts';
import type { Failure } from '../../emulators/dingtalk/emulator.ts';
import { anyCard, BOUNDED } from '../../support/any-card.ts';
import { nastyText } from '../../support/nasty.ts';
import {
  anAction,
  at,
  card,
  fromBot,
  group,
  GROUP,
  LILEI,
  ownTemplate,
  runDingTalk,
  TEMPLATE,
  WANGFANG,
  words,
  type RunningDingTalk,
} from '../../support/dingtalk.ts';

const CREATE = 'POST /v1.0/card/instances/createAndDeliver';
const TEN_MINUTES = 10 * 60_000;
const SCOPE = 'Card.Instance.Write';

let running: RunningDingTalk | null = null;
afterEach(async () => {
  await running?.close();
  running = null;
});
const run = async (template?: string): Promise<RunningDingTalk> => {
  running = await runDingTalk(template === undefined ? {} : { template });
  return running;
};

const refused = (code: string): Failure => ({ status: 400, code });
const shown = (on: RunningDingTalk, user = LILEI) =>
  fromBot(on, GROUP, user).map(({ kind, card: view }) => view?.template ?? kind);
const warnings = ({ lines }: RunningDingTalk) =>
  lines.flatMap((line) => (line.includes('simpler ones') ? [JSON.parse(line) as Record<string, unknown>] : []));

describe('what cannot be had is sent on the next simpler rung, at once', () => {
  test.each(['param.templateNotExist', 'param.templateUnpublished', 'param.cardTemplateIdEmpty', 'template.stopped'])(
    '%s: on the public template for ten minutes, then on its own again',
    async (code) => {
      const on = await run();
      on.emulator.fails(CREATE, refused(code));
      await on.adapter.send(group, card('T-1', 1), 's-1');
      await on.adapter.send(group, card('T-2', 1), 's-2');
      expect(shown(on)).toEqual([PUBLIC_TEMPLATE, PUBLIC_TEMPLATE]);
      expect(on.adapter.capabilities(group)).toMatchObject({
        update: true,
        buttons: true,
        forms: false,
        images: false,
      });
      expect(on.adapter.health()).toEqual({ ok: true, detail: code });
      await on.passes(TEN_MINUTES - 1);
      await on.adapter.send(group, card('T-3', 1), 's-3');
      await on.passes(1);
      await on.adapter.send(group, card('T-4', 1), 's-4');
      expect(shown(on).slice(2)).toEqual([PUBLIC_TEMPLATE, TEMPLATE]);
      expect(on.adapter.capabilities(group)).toMatchObject({ forms: true, images: true, privateInGroup: true });
      expect(on.adapter.health()).toEqual({ ok: true, detail: 'ok' });
    },
  );

  test('a template that nobody imported: until somebody does', async () => {
    const missing = TEMPLATE.replace('face', 'dead');
    const on = await run(missing);
    await on.adapter.send(group, card('T-1', 1), 's-1');
    await on.passes(TEN_MINUTES);
    await on.adapter.send(group, card('T-2', 1), 's-2');
    on.emulator.addTemplate(ownTemplate(missing));
    await on.passes(TEN_MINUTES);
    await on.adapter.send(group, card('T-3', 1), 's-3');
    expect(shown(on)).toEqual([PUBLIC_TEMPLATE, PUBLIC_TEMPLATE, missing]);
    // Once for each time it was found out, and without anything that was sent.
    expect(warnings(on)).toHaveLength(2);
    expect(warnings(on)[0]).toMatchObject({ platform: 'dingtalk', what: 'own: param.templateNotExist' });
    for (const kept of [missing, on.emulator.app.clientSecret, 'T-1', GROUP])
      expect(JSON.stringify(warnings(on))).not.toContain(kept);
  });

  test('no right to cards at all: links that send words, and cards again once it is given', async () => {
    const on = await run();
    on.emulator.withheld.add(SCOPE);
    await on.adapter.send(group, card('T-1', 1), 's-1');
    expect(shown(on)).toEqual(['actionCard']);
    expect(warnings(on).map(({ what }) => what)).toEqual([
      'own: Forbidden.AccessDenied.AccessTokenPermissionDenied',
      'public: Forbidden.AccessDenied.AccessTokenPermissionDenied',
    ]);
    expect(on.adapter.capabilities(group)).toMatchObject({
      update: false,
      idempotentSend: false,
      privateInGroup: false,
      forms: false,
      buttons: true,
    });
    on.emulator.withheld.delete(SCOPE);
    await on.passes(TEN_MINUTES);
    await on.adapter.send(group, card('T-2', 1), 's-2');
    expect(shown(on)).toEqual(['actionCard', TEMPLATE]);
  });

  test('several at once find it out once, and none of them is lost', async () => {
    const on = await run();
    on.emulator.withheld.add(SCOPE);
    await Promise.all(Array.from({ length: 8 }, (_, i) => on.adapter.send(group, card(`T-${i}`, 1), `s-${i}`)));
    expect(shown(on)).toHaveLength(8);
    expect(warnings(on)).toHaveLength(2);
  });

  test.each<[string, Failure, string]>([
    ['a limit', { status: 403, code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi' }, 'rate-limited'],
    ['a group that is gone', { undelivered: 'conversation not exist' }, 'gone'],
    ['a bad day', { status: 500, code: 'system.busy' }, 'unknown'],
    ['words that are refused', refused('param.contentUnsafe'), 'permanent'],
  ])('%s says nothing of the rung', async (_, failure, kind) => {
    const on = await run();
    on.emulator.fails(CREATE, failure);
    await expect(on.adapter.send(group, card('T-1', 1), 's-1')).rejects.toMatchObject({ failure: kind });
    expect(on.adapter.capabilities(group)).toMatchObject({ forms: true });
    expect(warnings(on)).toEqual([]);
  });

  test('a card that stands goes on being changed on the rung it was sent on', async () => {
    const on = await run();
    const own = await on.adapter.send(group, card('T-1', 1), 's-1');
    on.emulator.fails(CREATE, refused('param.templateNotExist'));
    const plain = await on.adapter.send(group, card('T-2', 1), 's-2');
    await on.adapter.update(group, own, card('T-1 已解决', 2), 'u1');
    await on.adapter.update(group, plain, card('T-2 已解决', 2), 'u2');
    expect(fromBot(on, GROUP, LILEI).map(({ text }) => text.split('\n')[0])).toEqual(['T-1 已解决', 'T-2 已解决']);
    await on.passes(TEN_MINUTES);
    await on.adapter.update(group, plain, card('T-2 已关闭', 3), 'u3');
    expect(fromBot(on, GROUP, LILEI)[1]?.text).toContain('T-2 已关闭');
  });
});

describe('links that send words', () => {
  test('are pressed as if typed, in a group and alone', async () => {
    const on = await run('none');
    await on.adapter.send(group, card('T-4821', 1), 's-1');
    await on.adapter.send(at(LILEI), card('T-4822', 1, { actions: [anAction('回复', { typed: '回复 4822' })] }), 's-2');
    const [here] = fromBot(on, GROUP, WANGFANG);
    const [alone] = fromBot(on, LILEI, LILEI);
    await on.emulator.presses(WANGFANG, here?.id ?? '', '认领');
    await on.emulator.presses(LILEI, alone?.id ?? '', '回复');
    const heard = on.sink.events.filter(({ kind }) => kind === 'message');
    expect(heard).toMatchObject([
      { text: '认领 4821', sender: { id: WANGFANG }, conversation: { id: GROUP } },
      { text: '回复 4822', sender: { id: LILEI }, conversation: { id: LILEI } },
    ]);
    // No form can be shown: none is promised.
    for (const event of heard) expect(event).not.toHaveProperty('takesForm');
  });

  test('what is for one member of a group goes to them alone', async () => {
    const on = await run('none');
    await on.adapter.send(group, words('只给你'), 'k', LILEI);
    expect(fromBot(on, GROUP, LILEI)).toEqual([]);
    expect(fromBot(on, LILEI, LILEI).map(({ text }) => text)).toEqual(['只给你']);
  });

  test('an answer in a one-to-one chat is a card by the webhook, which costs nothing', async () => {
    const on = await run('none');
    await on.emulator.says(LILEI, LILEI, '我的');
    const [grant] = on.sink.events[0]?.grants ?? [];
    if (grant === undefined) throw new Error('nothing was lent');
    expect(on.adapter.replyCounts?.(grant, card('我的', 1))).toBe(false);
    await on.adapter.reply(grant, card('我的', 1, { actions: [anAction('认领'), anAction('放回')] }), 'r');
    const [answer] = fromBot(on, LILEI, LILEI);
    expect(answer?.links.map(({ label }) => label)).toEqual(['认领', '放回']);
    expect(on.emulator.counted).toBe(0);
  });

  test.each([
    ['somebody who is not there', 'nobody', 'gone'],
    ['a group that is not there', 'cidNowhere==', 'gone'],
  ])('to %s: gone', async (_, conversation, failure) => {
    const on = await run('none');
    await expect(on.adapter.send(at(conversation), words('x'), 'k')).rejects.toMatchObject({ failure });
  });

  test('to somebody who is held back: after a while', async () => {
    const on = await run('none');
    on.emulator.flowControlled.add(LILEI);
    await expect(on.adapter.send(at(LILEI), words('x'), 'k')).rejects.toMatchObject({ failure: 'rate-limited' });
  });
});

test.each([[TEMPLATE], ['public'], ['none']])(
  'any card at all is taken by DingTalk and changed, on %s',
  async (template) => {
    const on = await run(template);
    let no = 0;
    await fc.assert(
      fc.asyncProperty(anyCard, async (any) => {
        no += 1;
        const message = { type: 'card', card: any, fallback: '', version: 1 } as const;
        const ref = await on.adapter.send(group, message, `any ${no}`);
        if (template !== 'none') await on.adapter.update(group, ref, { ...message, version: 2 }, `any ${no}:2`);
      }),
      { numRuns: 25, ...BOUNDED },
    );
    for (const { body } of on.emulator.calls) {
      const { cardData } = (body ?? {}) as { readonly cardData?: { readonly cardParamMap: Record<string, unknown> } };
      expect(Object.values(cardData?.cardParamMap ?? {}).filter((value) => typeof value !== 'string')).toEqual([]);
    }
    expect(on.emulator.findings).toEqual([]);
  },
);

describe('names and words that would break Markdown arrive as they are', () => {
  /** Of what nobody sees, and of how lines are broken, clients are free. */
  const bare = (text: string): string => text.replaceAll(/[\s\p{Cc}\p{Surrogate}\uFFFD]/gu, '');

  test.each([['public'], ['none']])('words, on %s', async (template) => {
    const on = await run(template);
    let no = 0;
    await fc.assert(
      fc.asyncProperty(nastyText, async (text) => {
        no += 1;
        await on.adapter.send(group, words(text), `nasty ${no}`);
        const read = on.emulator.reads(GROUP, LILEI).at(-1)?.text ?? '';
        expect(bare(text) === '' ? '' : bare(read)).toBe(bare(text));
      }),
      { numRuns: 80 },
    );
  });

  test.each([[TEMPLATE], ['public'], ['none']])('names and values on cards, on %s', async (template) => {
    const on = await run(template);
    let no = 0;
    await fc.assert(
      fc.asyncProperty(nastyText, nastyText, async (name, value) => {
        no += 1;
        const blocks = [{ type: 'fields' as const, fields: [{ label: '姓名', value: name }] }];
        await on.adapter.send(
          group,
          card('T-1', 1, { blocks, footer: value.slice(0, 60), actions: [] }),
          `nasty ${no}`,
        );
        const read = bare(on.emulator.reads(GROUP, LILEI).at(-1)?.text ?? '');
        // Long ones are cut.
        const start = Array.from(bare(neutralLine(name)))
          .slice(0, 40)
          .join('');
        expect(read).toContain(start.replace(/…$/u, ''));
        expect(read).toContain(
          Array.from(bare(neutralLine(value.slice(0, 60))))
            .slice(0, 40)
            .join(''),
        );
      }),
      { numRuns: 40 },
    );
  });
});
