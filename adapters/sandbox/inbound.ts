import type { z } from 'zod';
import type { Clock } from '../../src/clock.ts';
import { derivedId, type Ids } from '../../src/ids.ts';
import type { Card, Form } from '../../cards/card.ts';
import type { Invocation } from '../../cards/invocation.ts';
import { accountKey } from '../../src/domain/address.ts';
import type { Attachment } from '../../src/domain/attachment.ts';
import type { Files } from '../../src/files/file.ts';
import type { InboundEvent, InboundInvoke, Sink } from '../adapter.ts';
import { refuseField } from '../shared/problem.ts';
import type { Feed } from './feed.ts';
import { lendGrant } from './grants.ts';
import { postedId, type Platform } from './platform.ts';
import type { actionBody, messageBody } from './schema.ts';
import type { SandboxMessage, SandboxStore } from './store.ts';
import { BOT, type SandboxConversation, type SandboxPerson, type World } from './world.ts';

/** How people of the sandbox call the bot in a group. */
const MENTION = /[@\uFF20](?:工单助手|工单|gongdan|bot)(?![\p{L}\p{N}])[\s,\uFF0C:\uFF1A]*/giu;
const SLASH = /^\s*[/\uFF0F\u3001]/u;

export interface ActionAnswer {
  readonly answer: SandboxMessage | null;
  readonly form: Form | null;
}

/** What people of the sandbox do: checked, handed to the sink, and only then shown. */
export interface Inbound {
  /** Returns the message's id. */
  message(sink: Sink, body: z.output<typeof messageBody>): Promise<string>;
  action(sink: Sink, body: z.output<typeof actionBody>): Promise<ActionAnswer>;
  /** A person who is in a conversation, or a `Problem` that says which of the two is wrong. */
  member(user: string, conversation: string): { person: SandboxPerson; chat: SandboxConversation };
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

const OUTCOME_KEPT_MS = 24 * 3_600_000;

const visible = (row: SandboxMessage, user: string): boolean => row.visibleTo === null || row.visibleTo === user;

/** The form a press on this card would open, and whether these arguments are its submitted values. */
function formOf(
  card: Card | null,
  { command, args }: Invocation,
): { form: Form; filled: boolean; missing: boolean } | null {
  const actions = [
    ...(card?.actions ?? []),
    ...(card?.blocks ?? []).flatMap((block) =>
      block.type === 'list' ? block.items.flatMap(({ action }) => (action === undefined ? [] : [action])) : [],
    ),
  ];
  const pressed = actions.find(
    ({ invoke, form }) =>
      form !== undefined &&
      invoke.command === command &&
      Object.entries(invoke.args).every(([name, value]) => args[name] === value),
  );
  if (pressed?.form === undefined) return null;
  const { form } = pressed;
  return {
    form,
    filled: form.fields.some(({ name }) => name in args),
    missing: form.fields.some(({ name, required }) => required && !(name in args)),
  };
}

export function createInbound(deps: {
  readonly app: string;
  readonly store: SandboxStore;
  readonly files: Files;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly world: World;
  readonly feed: Feed;
  readonly platform: Platform;
  /** What grants are signed with. */
  readonly secret: () => string;
}): Inbound {
  const { app, store, files, clock, ids, world, feed, platform } = deps;
  const running = new Map<string, Promise<unknown>>();

  /** Repeats that meet while the first is still under way share its outcome. */
  const once = async <R>(id: string, work: () => Promise<R>): Promise<R> => {
    const known = running.get(id);
    if (known !== undefined) return known as Promise<R>;
    const started = work().finally(() => running.delete(id));
    running.set(id, started);
    return started;
  };

  const member: Inbound['member'] = (user, conversation) => {
    const person = world.people.get(user);
    if (person === undefined) throw refuseField(404, 'user', 'there is no such person');
    const chat = world.conversations.get(conversation);
    if (chat === undefined) throw refuseField(404, 'conversation', 'there is no such conversation');
    if (!chat.members.includes(user)) throw refuseField(403, 'user', 'is not in this conversation');
    return { person, chat };
  };

  /** A file goes with a message of the person who uploaded it; to anybody else it does not exist. */
  const attached = async (person: SandboxPerson, ids: readonly string[]): Promise<Attachment[]> => {
    const owner = accountKey({ platform: 'sandbox', app, user: person.id });
    return Promise.all(
      ids.map(async (id, index) => {
        const file = await files.load(id);
        if (file?.owner !== owner) throw refuseField(404, `attachments.${index}`, 'there is no such file');
        return file.attachment;
      }),
    );
  };

  const envelope = (id: string, chat: SandboxConversation, person: SandboxPerson, receivedAt: Date) => ({
    platform: 'sandbox',
    app,
    id,
    conversation: { id: chat.id, kind: chat.kind },
    sender: { id: person.id, name: person.name },
    receivedAt,
    grants: [lendGrant(deps.secret(), { id, conversation: chat.id, user: person.id }, receivedAt)],
  });

  return {
    member,

    async idle() {
      await Promise.allSettled(running.values());
    },

    async message(sink, body) {
      const { person, chat } = member(body.user, body.conversation);
      const attachments = await attached(person, body.attachments ?? []);
      const quoted = body.quote == null ? null : await store.find(body.quote);
      if (body.quote != null && (quoted === null || quoted.conversation !== chat.id || !visible(quoted, person.id)))
        throw refuseField(404, 'quote', 'there is no such message in this conversation');
      const repeatable = body.clientId != null;
      const id = repeatable ? derivedId('sandbox-message', person.id, body.clientId ?? '') : ids.next();

      return once(id, async () => {
        if (repeatable && (await store.find(id)) !== null) return id;
        const written = body.text ?? '';
        const mentioned = written.replaceAll(MENTION, '');
        const at = clock.now();
        // Its place is drawn before the bot hears of it, so that whatever the bot says about it stands below it.
        const place = feed.place();
        const event: InboundEvent = {
          ...envelope(id, chat, person, at),
          kind: 'message',
          text: mentioned.trim(),
          attachments,
          ...(quoted !== null && { quote: quoted._id }),
          addressed: chat.kind !== 'group' || mentioned !== written || SLASH.test(written) || quoted?.from === BOT,
        };
        // Where the bot is not, people talk among themselves.
        const { answer } = chat.bot === false ? { answer: undefined } : await sink.accept(event);
        if (answer?.message != null)
          await platform.answer({ id, conversation: chat.id, user: person.id }, answer.message);
        // Last, as the mark that all of it is done: a repeat before it does everything again, and everything it does is done once.
        await feed.write(async (change) => {
          const row: SandboxMessage = {
            _id: id,
            conversation: chat.id,
            place,
            created: change,
            change,
            from: person.id,
            surface: null,
            sent: false,
            text: written === '' ? null : written,
            attachments,
            quote: quoted?._id ?? null,
            card: null,
            version: null,
            at,
            visibleTo: null,
          };
          return (await store.insert(row)) === 'stored' ? row : null;
        });
        return id;
      });
    },

    async action(sink, body) {
      const person = world.people.get(body.user);
      if (person === undefined) throw refuseField(404, 'user', 'there is no such person');
      const pressed = body.surface == null ? null : await store.find(postedId(body.surface));
      if (body.surface != null && (pressed?.surface !== body.surface || !visible(pressed, person.id)))
        throw refuseField(404, 'surface', 'there is no such card');
      const place = pressed?.conversation ?? body.conversation ?? world.home(person.id)?.id;
      if (place === undefined)
        throw refuseField(400, 'conversation', 'is needed: this person has no chat of their own');
      const { chat } = member(person.id, place);
      const repeatable = body.clientId != null;
      const id = repeatable ? derivedId('sandbox-action', person.id, body.clientId ?? '') : ids.next();

      return once(id, async (): Promise<ActionAnswer> => {
        const known = repeatable ? await store.outcome(id) : null;
        if (known !== null)
          return { answer: known.answer === null ? null : await store.find(known.answer), form: known.form };

        const invocation: Invocation = { command: body.command, args: body.args ?? {} };
        const asked = formOf(pressed?.card ?? null, invocation);
        const surface = pressed !== null && pressed.sent ? { surface: body.surface ?? '' } : {};
        const invoke: InboundInvoke = {
          ...envelope(id, chat, person, clock.now()),
          kind: 'invoke',
          invocation,
          ...surface,
          ...(body.version != null && { seen: body.version }),
        };
        const submitted = body.form === true || asked?.filled === true;
        // Opening a form is a read: nothing is stored, neither here nor there.
        if (!submitted && asked?.missing === true)
          return { answer: null, form: (await sink.openForm(invoke)) ?? asked.form };

        const { conversation, sender, receivedAt, grants, app, platform: name } = invoke;
        const { answer } = await sink.accept(
          submitted
            ? {
                kind: 'form',
                platform: name,
                app,
                id,
                conversation,
                sender,
                receivedAt,
                grants: grants ?? [],
                invocation,
                ...surface,
                ...(body.nonce != null && { nonce: body.nonce }),
              }
            : invoke,
        );
        const row =
          answer?.message == null
            ? null
            : await platform.answer({ id, conversation: chat.id, user: person.id }, answer.message);
        const form = answer?.form ?? null;
        if (repeatable)
          await store.keepOutcome({
            _id: id,
            answer: row?._id ?? null,
            form,
            expiresAt: new Date(clock.now().getTime() + OUTCOME_KEPT_MS),
          });
        return { answer: row, form };
      });
    },
  };
}
