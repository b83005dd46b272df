import type { z } from 'zod';
import type { Clock } from '../../src/clock.ts';
import { accountKey } from '../../src/domain/address.ts';
import type { Log } from '../../src/log.ts';
import type { Asker, Happening, InboundEvent, InboundMessage, Sink } from '../adapter.ts';
import { lendPlace, lendUrl } from './grants.ts';
import { createHomes, type Homes } from './homes.ts';
import { escape, unescape } from './escape.ts';
import { createModals, type Modals } from './modals.ts';
import { createPresses } from './presses.ts';
import { refId } from './refs.ts';
import * as schema from './schema.ts';
import { createShortcuts } from './shortcuts.ts';
import { ASKS_HELP } from '../shared/help.ts';
import type { Signer } from '../shared/signed.ts';
import { head } from '../shared/strings.ts';
import type { Workspace } from './workspace.ts';

/**
 * Until when what is wrong with a form is waited for, ms: it has to come with the acknowledgement, which must be there within three seconds
 * and is to be there within half of one.
 */
export const ANSWER_BY_MS = 300;
/** Until when a form is waited for that what was pressed or typed asks for, ms: its trigger opens it within three seconds. */
export const FORM_BY_MS = 1_500;
/** How long the name of somebody unknown is waited for, ms: nothing is stored before. */
const NAME_MS = 200;
/** Characters of a message that a ticket takes. */
const MOST_TEXT = 20_000;
const MENTION = /<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>/g;
const MOST_MENTIONS = 20;
/** Whom Slack's own notices come from. */
const SLACK_ITSELF: readonly string[] = ['USLACK', 'USLACKBOT'];

export type Ack = (response?: unknown) => Promise<void>;

/** What Slack sends, made into what the product knows. Each rejects when it could not be stored. */
export interface Inbound {
  event(workspace: Workspace, body: unknown): Promise<void>;
  command(workspace: Workspace, body: unknown, ack: Ack): Promise<void>;
  action(workspace: Workspace, body: unknown, ack: Ack): Promise<void>;
  shortcut(workspace: Workspace, body: unknown, ack: Ack): Promise<void>;
  submission(workspace: Workspace, body: unknown, ack: Ack): Promise<void>;
  /** Whether this event says that the app is gone from a workspace. */
  endsHere(event: unknown): boolean;
  idle(): Promise<void>;
}

/** What every part of the inbound side stands on. */
export interface InboundParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: Signer;
  readonly sink: () => Sink;
  readonly homes: Homes;
  readonly modals: Modals;
}

/** Null, and a line in the log: it has another shape than Slack's pages say. */
export function readOr<T>(log: Log, parsed: z.ZodType<T>, raw: unknown, what: string): T | null {
  const result = parsed.safeParse(raw);
  if (result.success) return result.data;
  log.warn('Slack sent something of a shape that is not known', { platform: 'slack', what });
  return null;
}

/** A channel as a place: a direct conversation bears the person's id, which is how they are addressed. */
export const placeOf = (channel: string, user: string): InboundEvent['conversation'] =>
  channel.startsWith('D') ? { id: user, kind: 'direct' } : { id: channel, kind: 'group' };

/** Who it is, by the name Slack has for them, if it can say so quickly. */
export async function senderOf(
  clock: Clock,
  workspace: Workspace,
  user: string,
  name = '',
): Promise<InboundEvent['sender']> {
  const named = workspace.lookUp(user).then(
    (profile) => profile?.name ?? name,
    () => name,
  );
  const late = new Promise<string>((resolve) => {
    const cancel = clock.after(NAME_MS, () => {
      resolve(name);
    });
    void named.finally(cancel);
  });
  return { id: user, name: await Promise.race([named, late]) };
}

export const askerOf = ({ platform, app }: Workspace, sender: Asker['sender']): Asker => ({ platform, app, sender });

export function createInbound(deps: {
  readonly clock: Clock;
  readonly log: Log;
  readonly signer: Signer;
  readonly sink: () => Sink;
  readonly words: Parameters<typeof createModals>[0]['words'];
  /** Hears of what failed that nothing is lost by: a page that was not drawn. */
  readonly onFailure: (error: unknown) => void;
}): Inbound {
  const { clock, log, signer, sink, onFailure } = deps;
  const homes = createHomes({ sink, words: deps.words });
  const modals = createModals({ clock, sink, words: deps.words });
  const parts: InboundParts = { clock, log, signer, sink, homes, modals };
  const presses = createPresses(parts);
  const shortcuts = createShortcuts(parts);
  /** Messages whose files are still being fetched: a repeat meanwhile waits for the same. */
  const running = new Map<string, Promise<void>>();

  const once = (id: string, work: () => Promise<void>): Promise<void> => {
    const known = running.get(id);
    if (known !== undefined) return known;
    const started = work().finally(() => running.delete(id));
    running.set(id, started);
    return started;
  };

  /** What was written, as a person reads it, with everybody whom it names by the name Slack has for them. */
  const read = async (workspace: Workspace, written: string) => {
    const users = [...new Set(Array.from(written.matchAll(MENTION), ([, user = '']) => user))].slice(0, MOST_MENTIONS);
    const named = await Promise.all(users.map((user) => senderOf(clock, workspace, user)));
    const mentions = named.filter(({ name }) => name !== '').map(({ id, name }) => ({ user: id, as: `@${name}` }));
    const names = new Map(mentions.map(({ user, as }) => [user, as]));
    // As Slack would have escaped the name itself.
    const text = written.replaceAll(MENTION, (whole, user: string) => {
      const as = names.get(user);
      return as === undefined ? whole : escape(as);
    });
    return { text: unescape(text), mentions };
  };

  const heard = async (workspace: Workspace, event: schema.MessageEvent): Promise<void> => {
    const { botUser } = workspace.identity();
    const { user, subtype, ts, channel } = event;
    const isOurs = subtype === undefined || subtype === 'file_share' || subtype === 'thread_broadcast';
    // Edits, joins and the like; programs; ourselves; Slack's own notices.
    if (!isOurs || event.bot_id != null || user == null || [botUser, ...SLACK_ITSELF].includes(user)) return;
    const place = placeOf(channel, user);
    const written = event.text ?? '';
    const mention = new RegExp(`<@${botUser}(?:\\|[^>]*)?>[\\s,:\\uFF0C\\uFF1A]*`, 'g');
    const isMentioned = written.replace(mention, '') !== written;
    const addressed = place.kind === 'direct' || isMentioned;
    const inThread = event.thread_ts !== undefined && event.thread_ts !== ts;
    // What people say to each other in a channel is none of the bot's business: it is not even kept.
    if (!addressed && !inThread) return;
    // `message` and `app_mention` tell of the same message: one id makes them one.
    const id = `m:${channel}:${ts}`;
    await once(`${workspace.app}\n${id}`, async () => {
      const now = clock.now();
      const owner = accountKey({ platform: 'slack', app: workspace.app, user });
      const [sender, attachments, { text, mentions }] = await Promise.all([
        senderOf(clock, workspace, user),
        workspace.filesIn.take(event.files ?? [], owner),
        read(workspace, written.replace(mention, ' ')),
      ]);
      const heardAs: InboundMessage = {
        kind: 'message',
        platform: 'slack',
        app: workspace.app,
        id,
        conversation: place,
        sender,
        receivedAt: now,
        // Who says nothing but the bot's name wants to know what it can do.
        text: isMentioned && text.trim() === '' && attachments.length === 0 ? ASKS_HELP : head(text.trim(), MOST_TEXT),
        ...(mentions.length > 0 && { mentions }),
        attachments,
        addressed,
        ...(inThread && { quote: refId({ channel, ts: event.thread_ts ?? '' }) }),
        ...(inThread && { inThread: true }),
        // The answer stands where the words stand.
        ...((inThread || place.kind === 'group') && {
          grants: [lendPlace(signer, { channel, thread: inThread ? (event.thread_ts ?? null) : null }, user, now)],
        }),
      };
      await sink().accept(heardAs, { answerBy: ANSWER_BY_MS, only: 'form' });
    });
  };

  const happened = async (
    workspace: Workspace,
    id: string,
    where: { readonly channel: string; readonly user: string },
    what: Happening,
  ): Promise<void> => {
    const sender = where.user === '' ? { id: '', name: '' } : await senderOf(clock, workspace, where.user);
    const conversation = placeOf(where.channel, where.user);
    await sink().accept(
      {
        kind: 'lifecycle',
        platform: 'slack',
        app: workspace.app,
        id,
        conversation,
        sender,
        receivedAt: clock.now(),
        ...what,
      },
      { answerBy: 0 },
    );
  };

  const member = async (workspace: Workspace, id: string, raw: unknown, joined: boolean): Promise<void> => {
    const event = readOr(log, schema.memberEvent, raw, 'member');
    if (event === null) return;
    const { channel, user } = event;
    if (user === workspace.identity().botUser) {
      await happened(workspace, id, { channel, user: '' }, { what: joined ? 'bot_added' : 'bot_removed' });
      return;
    }
    const { name } = await senderOf(clock, workspace, user);
    await happened(workspace, id, event, {
      what: joined ? 'member_joined' : 'member_left',
      member: { id: user, name },
    });
  };

  const events: Readonly<Record<string, (w: Workspace, id: string, raw: unknown) => Promise<void>>> = {
    async message(workspace, id, raw) {
      const subtype = readOr(log, schema.message.pick({ subtype: true }).partial(), raw, 'message')?.subtype;
      if (subtype === 'message_deleted') {
        const event = readOr(log, schema.deletedEvent, raw, 'message_deleted');
        if (event === null) return;
        const { channel, previous_message: before } = event;
        // Cards that somebody clears away were nobody's words.
        if (before?.bot_id != null) return;
        const message = `m:${channel}:${event.deleted_ts}`;
        // In a channel admins may delete as well; a direct conversation bears the name of its person.
        const user = channel.startsWith('D') ? (before?.user ?? '') : '';
        await happened(workspace, id, { channel, user }, { what: 'message_recalled', message });
        return;
      }
      // What was edited stays as it was first written: somebody may have acted on it.
      if (subtype === 'message_changed') return;
      const event = readOr(log, schema.messageEvent, raw, 'message');
      if (event !== null) await heard(workspace, event);
    },
    async app_mention(workspace, _id, raw) {
      const event = readOr(log, schema.messageEvent, raw, 'app_mention');
      if (event !== null) await heard(workspace, event);
    },
    member_joined_channel: (workspace, id, raw) => member(workspace, id, raw, true),
    member_left_channel: (workspace, id, raw) => member(workspace, id, raw, false),
    async channel_left(workspace, id, raw) {
      const event = readOr(log, schema.leftEvent, raw, 'channel_left');
      if (event !== null) await happened(workspace, id, { ...event, user: '' }, { what: 'bot_removed' });
    },
    group_left: (workspace, id, raw) => events['channel_left']?.(workspace, id, raw) ?? Promise.resolve(),
    async app_home_opened(workspace, _id, raw) {
      const event = readOr(log, schema.homeEvent, raw, 'app_home_opened');
      if (event?.tab === 'home')
        await homes.publish(workspace, await senderOf(clock, workspace, event.user)).catch(onFailure);
    },
    async link_shared(workspace, _id, raw) {
      const event = readOr(log, schema.linkEvent, raw, 'link_shared');
      if (event !== null) await shortcuts.unfurl(workspace, event).catch(onFailure);
    },
    async user_change(workspace, _id, raw) {
      const event = readOr(log, schema.userEvent, raw, 'user_change');
      if (event !== null) workspace.people.forget(event.user.id);
    },
  };

  return {
    async event(workspace, body) {
      const read = readOr(log, schema.envelope, body, 'event');
      if (read === null) return;
      const { type } = read.event;
      // What Slack calls it is only looked up, whatever it is called.
      if (Object.hasOwn(events, type)) await events[type]?.(workspace, read.event_id, read.event);
    },

    async command(workspace, body, ack) {
      const given = readOr(log, schema.command, body, 'command');
      if (given === null) return ack();
      const { user_id: user, channel_id: channel, trigger_id: trigger, response_url: url, text: line } = given;
      const now = clock.now();
      const conversation = placeOf(channel, user);
      const [{ text, mentions }, sender] = await Promise.all([
        read(workspace, line),
        senderOf(clock, workspace, user, given.user_name),
      ]);
      const { answer } = await sink().accept(
        {
          kind: 'message',
          platform: 'slack',
          app: workspace.app,
          id: `c:${trigger}`,
          conversation,
          sender,
          receivedAt: now,
          // The slash that was typed is Slack's: what stands behind it is the line, and nothing behind it asks for help.
          text: text.trim() === '' ? ASKS_HELP : `/${text.trim()}`,
          ...(mentions.length > 0 && { mentions }),
          attachments: [],
          addressed: true,
          takesForm: true,
          ...(url !== undefined && { grants: [lendUrl(signer, url, user, now)] }),
        },
        { answerBy: FORM_BY_MS, only: 'form', stored: () => void ack() },
      );
      const origin = { channel, thread: null, surface: null };
      if (answer?.form != null) await modals.show(workspace, { trigger, user, url: url ?? null }, origin, answer.form);
    },

    action: presses.action,
    submission: presses.submission,
    shortcut: shortcuts.shortcut,

    endsHere(event) {
      const { type } = event as { readonly type?: string };
      if (type === 'app_uninstalled') return true;
      return (schema.revokedEvent.safeParse(event).data?.tokens?.bot ?? []).length > 0;
    },

    async idle() {
      await Promise.allSettled(running.values());
    },
  };
}
