import type { ModalView } from './view.ts';
import * as z from 'zod';
import type { Invocation } from '../../cards/invocation.ts';
import { accountKey } from '../../src/domain/address.ts';
import type { InboundInvoke, OutMessage } from '../adapter.ts';
import { calling } from './client.ts';
import { unescape } from './escape.ts';
import { lendUrl } from './grants.ts';
import { askerOf, placeOf, readOr, senderOf, type Inbound, type InboundParts } from './inbound.ts';
import { SHORTCUTS } from './manifest.ts';
import { asView } from './modals.ts';
import { renderCard } from './render.ts';
import * as schema from './schema.ts';
import { noticeView } from './view.ts';
import type { Workspace } from './workspace.ts';

/** How much of a thread goes into a ticket. */
const MOST_MESSAGES = 50;
/** How long the recognised ticket is waited for while the waiting view stands, ms. */
const PREVIEW_BY_MS = 5_000;
/** Links of one message that are shown. */
const MOST_LINKS = 5;

const replies = z.object({ messages: z.array(schema.message).default([]) });

interface Shortcuts extends Pick<Inbound, 'shortcut'> {
  /** Shows what a link to a ticket stands for, below the message it stands in. */
  unfurl(workspace: Workspace, event: z.output<typeof schema.linkEvent>): Promise<void>;
}

/** What is started from Slack's own menus, and links. */
export function createShortcuts(parts: InboundParts): Shortcuts {
  const { clock, log, signer, sink, modals } = parts;

  const press = async (workspace: Workspace, read: schema.Shortcut, invocation: Invocation): Promise<InboundInvoke> => {
    const { user, trigger_id: trigger, channel } = read;
    return {
      kind: 'invoke',
      platform: 'slack',
      app: workspace.app,
      id: `i:${trigger}`,
      conversation: channel == null ? { id: user.id, kind: 'direct' } : placeOf(channel.id, user.id),
      sender: await senderOf(clock, workspace, user.id, user.name ?? user.username),
      receivedAt: clock.now(),
      invocation,
    };
  };

  /** The message with everything in its thread, as far as the bot may read it. */
  const threadOf = async (workspace: Workspace, channel: string, of: schema.SlackMessage) => {
    const ts = of.thread_ts ?? of.ts;
    try {
      const answer = await workspace.client.conversations.replies({ channel, ts, limit: MOST_MESSAGES });
      const { messages } = replies.parse(answer);
      const talk = messages.filter(({ bot_id, user }) => bot_id == null && user != null);
      return talk.length === 0 ? [of] : talk;
    } catch {
      // Where the bot is not it sees what was chosen, and no more.
      return [of];
    }
  };

  const wordsOf = async (workspace: Workspace, talk: readonly schema.SlackMessage[]): Promise<string> => {
    const lines = await Promise.all(
      talk.map(async ({ user, text }) => {
        const words = unescape(text ?? '').trim();
        if (talk.length === 1 || words === '') return words;
        const { name } = await senderOf(clock, workspace, user ?? '');
        return `${name}: ${words}`;
      }),
    );
    return lines.filter((line) => line !== '').join('\n');
  };

  /** The form of the ticket that a message and its thread would become; its words where there is none. */
  const ticketOf = async (workspace: Workspace, read: schema.Shortcut): Promise<ModalView | null> => {
    const { channel, message, user, trigger_id: trigger, response_url: url } = read;
    if (channel == null || message == null) return null;
    const locale = await workspace.localeOf(user.id);
    const talk = await threadOf(workspace, channel.id, message);
    const owner = accountKey({ platform: 'slack', app: workspace.app, user: user.id });
    const [words, attachments, sender] = await Promise.all([
      wordsOf(workspace, talk),
      workspace.filesIn.take(
        talk.flatMap(({ files }) => files ?? []),
        owner,
      ),
      senderOf(clock, workspace, user.id, user.name ?? user.username),
    ]);
    const now = clock.now();
    const { answer } = await sink().accept(
      {
        kind: 'message',
        platform: 'slack',
        app: workspace.app,
        id: `x:${trigger}`,
        conversation: placeOf(channel.id, user.id),
        sender,
        receivedAt: now,
        text: `/new ${words}`,
        attachments,
        addressed: true,
        ...(url !== undefined && { grants: [lendUrl(signer, url, user.id, now)] }),
      },
      { answerBy: PREVIEW_BY_MS },
    );
    const said = answer?.message ?? null;
    const edit = said === null ? null : editOf(said);
    if (edit !== null) {
      const opened = await sink().accept(await press(workspace, read, edit), { answerBy: PREVIEW_BY_MS, only: 'form' });
      const form = opened.answer?.form ?? null;
      if (form !== null) return asView(form, { channel: channel.id, thread: null, surface: null });
    }
    const told = said === null ? modals.words('form_none', locale) : said.type === 'text' ? said.text : said.fallback;
    return noticeView({ title: modals.words('form_title', locale), words: told, close: modals.words('close', locale) });
  };

  return {
    async shortcut(workspace, body, ack) {
      const read = readOr(log, schema.shortcut, body, 'shortcut');
      // Nothing is stored before a form is handed in; a message becomes a draft, which the form shows.
      await ack();
      if (read === null) return;
      const trigger = { trigger: read.trigger_id, user: read.user.id, url: read.response_url ?? null };
      if (read.callback_id === SHORTCUTS.message) {
        await modals.open(workspace, trigger, ticketOf(workspace, read));
        return;
      }
      if (read.callback_id !== SHORTCUTS.global) return;
      const invoke = await press(workspace, read, { command: 'new', args: {} });
      const origin = { channel: null, thread: null, surface: null };
      const making = sink()
        .openForm(invoke)
        .then((form) => asView(form, origin));
      // Why there is none is said as the answer to a press.
      if (!(await modals.open(workspace, trigger, making))) await sink().accept(invoke, { answerBy: 0, only: 'form' });
    },

    async unfurl(workspace, { channel, user, message_ts: ts, links }) {
      // While it is being written nobody knows who will read it.
      if (!/^[CDG]/.test(channel)) return;
      const sender = await senderOf(clock, workspace, user);
      const asker = { ...askerOf(workspace, sender), conversation: placeOf(channel, user) };
      const shown = await Promise.all(
        links.slice(0, MOST_LINKS).map(async ({ url }) => {
          const card = await sink().openLink(asker, url);
          return card === null
            ? []
            : [[url, { blocks: renderCard(card, { surface: null, version: 0 }).blocks }] as const];
        }),
      );
      const unfurls = Object.fromEntries(shown.flat());
      if (Object.keys(unfurls).length === 0) return;
      await calling('chat.unfurl', () => workspace.client.chat.unfurl({ channel, ts, unfurls }));
    },
  };
}

/** The press that opens what was recognised in the form, on the card that shows it. */
function editOf(message: OutMessage): Invocation | null {
  if (message.type !== 'card') return null;
  const invokes = message.card.actions.map(({ invoke }) => invoke);
  return invokes.find(({ command, args }) => command === 'new' && args['step'] === 'edit') ?? null;
}
