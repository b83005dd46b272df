import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeliveryError } from '../../../src/errors.ts';
import type { Sending } from '../../emulators/slack/emulator.ts';
import { CHANNEL, LILEI, runSlack, TEAM, type RunningSlack } from '../../support/slack.ts';
import {
  authorization,
  blockActions,
  blockSuggestion,
  BOT,
  command,
  envelope,
  globalShortcut,
  message,
  messageShortcut,
  viewClosed,
  viewSubmission,
  type Json,
} from './payloads.ts';
import { turns } from './turns.ts';

/** One of everything that Slack sends. */
const RECORDED: readonly (readonly [string, Json, Sending['as']])[] = [
  ['message', envelope(message()), 'json'],
  [
    'reply with a file',
    envelope(
      message({
        subtype: 'file_share',
        thread_ts: '1794378500.000100',
        files: [{ id: 'F1', name: 'a.png', size: 3, url_private: 'http://127.0.0.1:9/a.png' }],
      }),
    ),
    'json',
  ],
  ['app_mention', envelope({ ...message(), type: 'app_mention' }), 'json'],
  [
    'deleted',
    envelope({
      type: 'message',
      subtype: 'message_deleted',
      hidden: true,
      channel: CHANNEL,
      channel_type: 'channel',
      deleted_ts: '1794378600.000100',
      ts: '1794378601.000100',
      previous_message: message(),
    }),
    'json',
  ],
  [
    'changed',
    envelope({
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      channel: CHANNEL,
      ts: '1794378601.000100',
      message: message(),
      previous_message: message(),
    }),
    'json',
  ],
  [
    'member_joined_channel',
    envelope({
      type: 'member_joined_channel',
      user: LILEI,
      channel: CHANNEL,
      channel_type: 'C',
      team: TEAM,
      inviter: 'U0WANGFANG',
    }),
    'json',
  ],
  [
    'member_left_channel',
    envelope({ type: 'member_left_channel', user: BOT, channel: CHANNEL, channel_type: 'C', team: TEAM }),
    'json',
  ],
  ['channel_left', envelope({ type: 'channel_left', channel: CHANNEL }), 'json'],
  [
    'app_home_opened',
    envelope({ type: 'app_home_opened', user: LILEI, channel: 'D1', tab: 'home', event_ts: '1.1' }),
    'json',
  ],
  [
    'link_shared',
    envelope({
      type: 'link_shared',
      user: LILEI,
      channel: CHANNEL,
      message_ts: '1.1',
      links: [{ url: 'https://x.example/t/1', domain: 'x.example' }],
    }),
    'json',
  ],
  ['user_change', envelope({ type: 'user_change', user: { id: LILEI, team_id: TEAM, profile: {} } }), 'json'],
  [
    'reaction_added',
    envelope({
      type: 'reaction_added',
      user: LILEI,
      reaction: '+1',
      item: { type: 'message', channel: CHANNEL, ts: '1.1' },
    }),
    'json',
  ],
  [
    'tokens_revoked',
    envelope({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [BOT] } }, { authorizations: [authorization()] }),
    'json',
  ],
  ['app_uninstalled', envelope({ type: 'app_uninstalled' }), 'json'],
  ['command', command(), 'form'],
  ['press', blockActions({ action_id: 'do.0', block_id: '0.1.s-1', value: 'claim?ticket=4821' }), 'payload'],
  ['press that asks', blockActions({ action_id: 'ask.0', block_id: '0.1.s-1', value: 'reply?ticket=4821' }), 'payload'],
  [
    'press in a modal',
    blockActions(
      { type: 'static_select', action_id: 'value', block_id: 'text', selected_option: { value: 'x' } },
      {
        container: { type: 'view', view_id: 'V0RECORDED' },
        view: viewSubmission()['view'],
        channel: null,
        message: null,
      },
    ),
    'payload',
  ],
  ['submission', viewSubmission(), 'payload'],
  ['view_closed', viewClosed(), 'payload'],
  ['shortcut', globalShortcut(), 'payload'],
  ['message shortcut', messageShortcut(), 'payload'],
  ['block_suggestion', blockSuggestion(), 'payload'],
];

/** Where something stands in a document. */
type Place = readonly (string | number)[];

/** Nobody reads what stands in these. */
const UNREAD: ReadonlySet<string | number | undefined> = new Set([
  'blocks',
  'token',
  'title',
  'submit',
  'previous_message',
]);

const placesIn = (value: unknown, at: Place = []): Place[] => [
  ...(at.length === 0 ? [] : [at]),
  ...(UNREAD.has(at.at(-1))
    ? []
    : Array.isArray(value)
      ? value.flatMap((inner, i) => placesIn(inner, [...at, i]))
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))
        : []),
];

const GONE = Symbol('gone');

function changed(value: unknown, [key, ...rest]: Place, to: unknown): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value))
    return value.flatMap((inner: unknown, i) => {
      if (i !== key) return [inner];
      const next = changed(inner, rest, to);
      return next === GONE ? [] : [next];
    });
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
      if (name !== key) return [[name, inner]];
      const next = changed(inner, rest, to);
      return next === GONE ? [] : [[name, next]];
    }),
  );
}

/** What may stand where something else is expected. */
const ODD: readonly unknown[] = [
  GONE,
  null,
  '',
  'x'.repeat(5_000),
  0,
  -1,
  1e300,
  true,
  false,
  [],
  [[]],
  [null],
  {},
  { id: null },
  { type: 7 },
  '\uD83D',
  '__proto__',
  '<!channel>',
  'true',
];

const OTHERS: readonly unknown[] = [null, {}, 7, [], 'x'];

let running: RunningSlack;
const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  running = await runSlack();
});
afterAll(async () => {
  await running.close();
  process.off('unhandledRejection', note);
});

/** How something fares: whether it was acknowledged, and what broke that nobody foresaw. */
async function fares(body: unknown, as: Sending['as']): Promise<typeof BORNE> {
  running.failures.length = 0;
  rejections.length = 0;
  const { status } = await running.emulator.sends(body, { as: as ?? 'json' });
  await turns(2);
  // What Slack itself refuses meanwhile (a view of nobody) is no fault of ours.
  const faults = running.failures.filter((error) => !(error instanceof DeliveryError));
  return { status, faults, rejections: [...rejections] };
}
const BORNE = { status: 200, faults: [] as unknown[], rejections: [] as unknown[] };

describe('whatever Slack sends is acknowledged, and breaks nothing', () => {
  test.each(RECORDED)('%s: as recorded', async (_, body, as) => {
    expect(await fares(body, as)).toEqual(BORNE);
  });

  test.each(RECORDED)('%s: anything in it missing, null or of another kind', async (_, body, as) => {
    for (const [i, place] of placesIn(body).entries()) {
      expect(await fares(changed(body, place, GONE), as), `without ${place.join('.')}`).toEqual(BORNE);
      expect(await fares(changed(body, place, OTHERS[i % OTHERS.length]), as), place.join('.')).toEqual(BORNE);
    }
  });

  test('several things wrong at once', async () => {
    const mutilated = fc.constantFrom(...RECORDED).chain(([, body, as]) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesIn(body)), fc.constantFrom(...ODD)), { minLength: 1, maxLength: 4 })
        .map((wounds) => ({
          as,
          body: wounds.reduce<unknown>((whole, [place, odd]) => changed(whole, place, odd), body),
        })),
    );
    await fc.assert(
      fc.asyncProperty(mutilated, async ({ body, as }) => {
        expect(await fares(body, as)).toEqual(BORNE);
      }),
      { numRuns: 100 },
    );
  });

  test('any JSON object, any form', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.constantFrom('type', 'event', 'actions', 'view', 'command', 'user', 'name', 'team', 'payload'),
          fc.jsonValue(),
        ),
        fc.constantFrom('json', 'form', 'payload'),
        async (body, as) => {
          running.failures.length = 0;
          const { status } = await running.emulator.sends(body, { as });
          expect([200, 400]).toContain(status);
          expect(running.failures).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
