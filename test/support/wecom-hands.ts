import { expect, vi } from 'vitest';
import type { Connection } from 'mongoose';
import type { Form } from '../../cards/card.ts';
import type { WeComEmulator } from '../emulators/wecom/emulator.ts';
import type { ManualClock } from './clock.ts';
import type { Answered } from './desk.ts';
import type { Browser, Page } from './wecom-browser.ts';
import type { Eyes } from './wecom-eyes.ts';
import { chosenFor, pressables, seenOfPage, type Message, type Pressable } from './wecom-seen.ts';

/** What people do in WeCom: say, press, fill in. */
export interface Hands {
  /** Says something where it stands: alone to the app, or in a group to the smart bot. */
  says(user: string, conversation: string, text: string): Promise<Answered>;
  /** Sends a picture to the app. */
  shows(user: string, bytes: Uint8Array): Promise<Answered>;
  /** Presses a button; null: there is none that says this. */
  presses(
    user: string,
    surface: string | null,
    command: string,
    args: Readonly<Record<string, string>>,
  ): Promise<Answered | null>;
  /** Presses something on it that changes nothing but the card, where there is such. */
  asks(user: string, surface: string | null): Promise<void>;
  fills(user: string, form: Form | null, values: Readonly<Record<string, string>>): Promise<Answered>;
  guides(user: string, form: Form | null, values: Readonly<Record<string, string>>): Promise<Form | null>;
}

type Values = Readonly<Record<string, string>>;
/** Where a form stands. */
type Stand = { readonly message: Message } | { readonly page: Page };

/** What a press or typed words ask for is shown beside the ordinary path, by the machine's clock, ms. */
const SHOWN_MS = 3_000;
/** WeCom does not tell two presses of one button within a second apart. */
const SECOND_MS = 1_000;

export function openHands(deps: {
  readonly wecom: WeComEmulator;
  readonly connection: Connection;
  readonly eyes: Eyes;
  readonly browser: Browser;
  readonly clock: ManualClock;
  readonly settles: () => Promise<void>;
}): Hands {
  const { wecom, connection, eyes, browser, clock, settles } = deps;
  const stands = new WeakMap<Form, Stand>();
  /** Pages that are open, by what stories call them by. */
  const pages = new Map<string, Page>();
  const pressedAt = new Map<string, number>();

  const chatOf = (conversation: string): string | null =>
    conversation.startsWith('chat:') ? conversation.slice('chat:'.length) : null;

  /** What a page says, as what came of whatever led to it. */
  const told = (page: Page): Answered => {
    const status = page.status === 200 ? 202 : page.status;
    if (page.form !== null) {
      stands.set(page.form, { page });
      return { status, answer: null, form: page.form };
    }
    const id = `page-${pages.size + 1}`;
    pages.set(id, page);
    return { status, answer: seenOfPage(page, id, clock.now()), form: null };
  };

  /** Somebody does something, and what it causes happens. `isHeard`: where nobody acknowledges it, whether it arrived. */
  const acts = async (
    user: string,
    act: () => Promise<number>,
    isHeard: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Answered> => {
    const look = eyes.watches(user);
    const status = await act();
    let seen = await look();
    const isShown = async (): Promise<void> => {
      await settles();
      seen = await look();
      expect(seen.answer !== null || seen.on !== null, 'an answer or a form').toBe(true);
    };
    const isDone = async (): Promise<void> => {
      if (!(await isHeard())) await isShown();
    };
    await vi.waitFor(isDone, { interval: 2, timeout: SHOWN_MS }).catch(() => undefined);
    await vi.waitFor(isShown, { interval: 2, timeout: SHOWN_MS }).catch(() => undefined);
    const { answer, form, on } = seen;
    if (on === null || answer !== null) return { status, answer, form: null };
    if (form !== null) {
      stands.set(form, { message: on });
      return { status, answer: null, form };
    }
    return on.link === null ? { status, answer: null, form: null } : told(await browser.opens(user, on.link));
  };

  /** Whether what the smart bot was told of is in the inbox: nobody says so to WeCom. */
  const isIn = (id: string) => async (): Promise<boolean> =>
    (await connection.collection<{ _id: string }>('inbox').countDocuments({ _id: `wecom\nwecom\n${id}` })) > 0;

  const press = (user: string, { message, button, chosen, group, link }: Found): Promise<Answered> => {
    if (link !== null) return onPage(user, link);
    const chat = chatOf(message.place);
    if (chat !== null) {
      const body = { id: '' };
      return acts(
        user,
        async () => {
          const bot = wecom.bot;
          const { sent, msgId } =
            group === 'menu' && chosen === null
              ? bot.menuPress(user, chat, message.id, button)
              : bot.presses(user, chat, message.id, button, chosen ?? {});
          body.id = `e:${msgId}`;
          return sent ? 202 : 503;
        },
        () => isIn(body.id)(),
      );
    }
    const key = [user, message.id, button, JSON.stringify(chosen)].join('\n');
    const second = (): number => Math.floor(clock.now().getTime() / SECOND_MS);
    if (pressedAt.get(key) === second()) clock.advance(SECOND_MS);
    pressedAt.set(key, second());
    return acts(user, async () => {
      const { acked } = await (group === 'menu' && chosen === null
        ? wecom.menuPress(user, message.id, button)
        : wecom.presses(user, message.id, button, chosen ?? {}));
      return acked ? 202 : 503;
    });
  };

  /** What only opens an address changes nothing: where no form opens there, its button is pressed. */
  const onPage = async (user: string, { url, invoke }: NonNullable<Pressable['link']>): Promise<Answered> => {
    const page = await browser.opens(user, url);
    const does = page.actions.some((action) => action.invoke.command === invoke.command);
    const then = page.form !== null || !does ? page : await browser.presses(user, page, invoke);
    await settles();
    return told(then);
  };

  type Found = Pressable & { readonly message: Message };
  /** The newest button that says just what is meant; else one that says part of it, and asks for the rest, or more. */
  const find = (user: string, surface: string | null, command: string, args: Values): Found | undefined => {
    const rank = ({ invocation }: Pressable): number => {
      const said = Object.entries(invocation.args);
      if (invocation.command !== command) return -1;
      if (said.some(([name, value]) => args[name] !== undefined && args[name] !== value)) return -1;
      if (said.every(([name]) => args[name] !== undefined)) return said.length;
      return surface === null ? -1 : 0;
    };
    return eyes
      .everything(user)
      .toReversed()
      .filter(({ id }) => surface === null || id === surface)
      .flatMap((message) => pressables(message).map((p) => ({ ...p, message, rank: rank(p) })))
      .filter((p) => p.rank >= 0)
      .toSorted((a, b) => b.rank - a.rank)[0];
  };

  const fills: Hands['fills'] = async (user, form, values) => {
    const stand = form === null ? undefined : stands.get(form);
    if (form === null || stand === undefined) throw new Error(`${user} has no form`);
    if ('page' in stand) {
      const page = await browser.handsIn(user, stand.page, values);
      await settles();
      return told(page);
    }
    const { message } = stand;
    const { button, chosen } = chosenFor(message, values);
    return acts(user, async () => ((await wecom.presses(user, message.id, button, chosen)).acked ? 202 : 503));
  };

  return {
    says(user, conversation, text) {
      const chat = chatOf(conversation);
      if (chat === null) {
        eyes.said(user, conversation, text);
        return acts(user, async () => ((await wecom.says(user, text)).acked ? 202 : 503));
      }
      const heard = { id: '' };
      return acts(
        user,
        async () => {
          const { sent, msgId, reqId } = wecom.bot.says(user, chat, text);
          eyes.said(user, conversation, text, reqId);
          heard.id = `b:${msgId}`;
          return sent ? 202 : 503;
        },
        () => isIn(heard.id)(),
      );
    },
    shows(user, bytes) {
      eyes.said(user, user, '');
      return acts(user, async () => ((await wecom.sendsImage(user, bytes)).acked ? 202 : 503));
    },
    async presses(user, surface, command, args) {
      const page = surface === null ? undefined : pages.get(surface);
      if (page !== undefined) {
        const action = page.actions.find(
          ({ invoke }) =>
            invoke.command === command && Object.entries(invoke.args).every(([name, value]) => args[name] === value),
        );
        if (action === undefined) throw new Error(`${user} finds no button for ${command} on the page ${page.title}`);
        const next = await browser.presses(user, page, action.invoke);
        await settles();
        return told(next);
      }
      const found = find(user, surface, command, args);
      if (found === undefined) return null;
      const pressed = await press(user, found);
      const rest = Object.entries(args).filter(([name]) => found.invocation.args[name] === undefined);
      if (rest.length === 0 || pressed.form === null) return pressed;
      return fills(user, pressed.form, Object.fromEntries(rest));
    },
    async asks(user, surface) {
      const message = eyes.everything(user).find(({ id }) => id === surface);
      const all = message === undefined ? [] : pressables(message).filter(({ link }) => link === null);
      const one = all.find(({ invocation }) => invocation.command === 'show') ?? all.find(({ asks }) => asks);
      if (message !== undefined && one !== undefined) await press(user, { ...one, message });
    },
    fills,
    async guides(user, form, values) {
      const stand = form === null ? undefined : stands.get(form);
      if (stand === undefined) throw new Error(`${user} has no form`);
      if (!('page' in stand)) return (await fills(user, form, values)).form;
      return told(await browser.handsIn(user, stand.page, values, 'guide')).form;
    },
  };
}
