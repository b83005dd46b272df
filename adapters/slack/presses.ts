import type { InboundForm, InboundInvoke } from '../adapter.ts';
import { derivedId } from '../../src/ids.ts';
import { StoreUnavailable } from '../../src/errors.ts';
import { lendPlace, lendUrl } from './grants.ts';
import { ANSWER_BY_MS, FORM_BY_MS, placeOf, readOr, senderOf, type Inbound, type InboundParts } from './inbound.ts';
import { asView } from './modals.ts';
import { readPress, type Press } from './press.ts';
import * as schema from './schema.ts';
import { fieldErrors, formView, readSubmission, type Origin } from './view.ts';
import type { Workspace } from './workspace.ts';

/** Forms whose last answer is remembered: handed in again unchanged they hear the same. */
const MOST = 1_000;

/** Buttons, menus and forms. */
export function createPresses(parts: InboundParts): Pick<Inbound, 'action' | 'submission'> {
  const { clock, log, signer, sink, homes, modals } = parts;
  /** What was wrong with a form, by what was handed in. */
  const wrong = new Map<string, Readonly<Record<string, string>>>();

  const invokeOf = async (workspace: Workspace, read: schema.Actions, press: Press): Promise<InboundInvoke> => {
    const { user, trigger_id: trigger, response_url: url, container } = read;
    const now = clock.now();
    const channel = container.channel_id ?? read.channel?.id;
    return {
      kind: 'invoke',
      platform: 'slack',
      app: workspace.app,
      id: `i:${trigger}`,
      conversation: channel === undefined ? { id: user.id, kind: 'direct' } : placeOf(channel, user.id),
      sender: await senderOf(clock, workspace, user.id, user.name ?? user.username),
      receivedAt: now,
      invocation: press.invocation,
      ...(press.surface !== null && { surface: press.surface }),
      ...(press.asks && { asks: true as const }),
      ...(press.seen !== null && { seen: press.seen }),
      ...(url !== undefined && { grants: [lendUrl(signer, url, user.id, now)] }),
    };
  };

  const originOf = ({ container, channel }: schema.Actions, surface: string | null): Origin => ({
    channel: container.channel_id ?? channel?.id ?? null,
    thread: container.thread_ts ?? null,
    surface,
  });

  /** A field that decides what else is asked for was changed: the form stands anew. */
  const guided = async (workspace: Workspace, { view, user, trigger_id }: schema.Actions): Promise<void> => {
    const filled = readSubmission(view);
    if (view == null || filled === null) return;
    const { channel } = filled.origin;
    const form = await sink().openForm({
      kind: 'invoke',
      platform: 'slack',
      app: workspace.app,
      id: `g:${trigger_id}`,
      conversation: channel === null ? { id: user.id, kind: 'direct' } : placeOf(channel, user.id),
      sender: { id: user.id, name: user.name ?? '' },
      receivedAt: clock.now(),
      invocation: filled.invocation,
    });
    const next = asView(form, filled.origin);
    if (next !== null) await modals.replace(workspace, view.id, next, view.hash);
  };

  return {
    async action(workspace, body, ack) {
      const read = readOr(log, schema.actions, body, 'block_actions');
      const [action] = read?.actions ?? [];
      if (read === null || action === undefined) return ack();
      const isHome = read.view?.['type'] === 'home';
      if (read.view != null && !isHome) {
        await ack();
        return guided(workspace, read);
      }
      const press = readPress(action);
      // Not from a card of ours, or a link that was opened: nothing to do, and nobody is to see a warning.
      if (press === null) return ack();
      const invoke = await invokeOf(workspace, read, press);
      const trigger = { trigger: read.trigger_id, user: read.user.id, url: read.response_url ?? null };
      const origin = originOf(read, press.surface);
      if (press.asks) {
        // Opening a form is a read: there is nothing to store before it is acknowledged.
        await ack();
        const making = sink()
          .openForm(invoke)
          .then((form) => asView(form, origin));
        if (await modals.open(workspace, trigger, making)) return;
        // There is no form for them: why, they read as the answer to their press.
        await handIn(workspace, invoke, trigger);
        return;
      }
      // The acknowledgement of a press says nothing: it need not wait for more than that nothing is lost.
      const stored = (): void => void ack();
      if (isHome) {
        const { answer } = await sink().accept(invoke, { answerBy: FORM_BY_MS, stored });
        if (answer?.form != null) await modals.show(workspace, trigger, origin, answer.form);
        await homes.publish(workspace, invoke.sender, answer?.message ?? null);
        return;
      }
      const { answer } = await sink().accept(invoke, { answerBy: FORM_BY_MS, only: 'form', stored });
      if (answer?.form != null) await modals.show(workspace, trigger, origin, answer.form);
    },

    async submission(workspace, body, ack) {
      const read = readOr(log, schema.submission, body, 'view_submission');
      const filled = readSubmission(read?.view);
      if (read === null || filled === null) return ack();
      const { user, view } = read;
      const { origin, nonce } = filled;
      const now = clock.now();
      // One form handed in twice with the same values is one; with others it is another try.
      const attempt = derivedId('slack-form', nonce ?? view.id, JSON.stringify(filled.values));
      const event: InboundForm = {
        kind: 'form',
        platform: 'slack',
        app: workspace.app,
        id: `s:${view.id}:${attempt}`,
        conversation: origin.channel === null ? { id: user.id, kind: 'direct' } : placeOf(origin.channel, user.id),
        sender: await senderOf(clock, workspace, user.id, user.name ?? user.username),
        receivedAt: now,
        invocation: filled.invocation,
        nonce: attempt,
        ...(origin.surface !== null && { surface: origin.surface }),
        ...(origin.channel !== null && {
          grants: [lendPlace(signer, { channel: origin.channel, thread: origin.thread }, user.id, now)],
        }),
      };
      const { answer, repeated } = await sink().accept(event, { answerBy: ANSWER_BY_MS, only: 'form' });
      const form = answer?.form ?? null;
      if (form !== null) {
        const errors = form.invoke.command === filled.invocation.command ? fieldErrors(form, view) : {};
        if (Object.keys(errors).length === 0)
          return ack({ response_action: 'update', view: formView(form, origin, await workspace.localeOf(user.id)) });
        remember(attempt, errors);
        return ack({ response_action: 'errors', errors });
      }
      const before = repeated === true ? wrong.get(attempt) : undefined;
      return before === undefined ? ack() : ack({ response_action: 'errors', errors: before });
    },
  };

  function remember(attempt: string, errors: Readonly<Record<string, string>>): void {
    wrong.set(attempt, errors);
    const [oldest] = wrong.keys();
    if (wrong.size > MOST && oldest !== undefined) wrong.delete(oldest);
  }

  /** A press that was acknowledged already; what could not be stored is said, since nobody sends it again. */
  async function handIn(
    workspace: Workspace,
    invoke: InboundInvoke,
    to: { readonly user: string; readonly url: string | null },
  ): Promise<void> {
    try {
      await sink().accept(invoke, { answerBy: 0, only: 'form' });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      await workspace.tell(to, modals.words('not_stored', await workspace.localeOf(to.user)));
    }
  }
}
