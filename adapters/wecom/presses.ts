import type { InboundForm, InboundInvoke } from '../adapter.ts';
import { firstOf } from '../../src/domain/call.ts';
import { derivedId } from '../../src/ids.ts';
import type { Click, Clicked, InboundParts } from './parts.ts';
import { placeOf } from './places.ts';
import { readPress } from './press.ts';

/** How long somebody's name is waited for, ms: nothing is stored before. */
const NAME_MS = 300;
/** How long a form is waited for that a press asks for, ms: what comes later is called up again. */
const FORM_BY_MS = 8_000;

/**
 * Presses of buttons, menus and forms on cards of ours. Answers are messages of their own, to who pressed; what everybody sees changes by
 * what the press lent.
 */
export function createClicked(parts: InboundParts): Clicked {
  const { app, clock, sink, store, people, posting, words, locale, within } = parts;

  return async (click: Click, stored) => {
    const press = readPress(click.key, click.chosen);
    if (press === null) return;
    const { user } = click;
    // The key bears the task it was posted under; what WeCom says after a change is not documented (fact sheet, 3.3).
    const card = (await store.card(press.task)) ?? (await store.card(click.task));
    const at = card?.conversation ?? click.conversation;
    const { conversation } = firstOf({ platform: 'wecom', app, conversation: at });
    const to = { conversation, user };
    if (press.kind === 'nothing') {
      stored();
      await posting.tell(to, words('nothing_chosen', locale), `${click.id}:nothing`);
      return;
    }
    const profile = await within(people.lookUp(user), NAME_MS, null);
    const base = {
      platform: 'wecom',
      app,
      id: click.id,
      conversation: placeOf(conversation),
      sender: { id: user, name: profile?.name ?? '' },
      receivedAt: clock.now(),
    };
    const lent = card === null ? undefined : click.lent?.(card.surface);
    if (press.kind === 'form') {
      const attempt = derivedId('wecom-form', press.nonce ?? press.task, JSON.stringify(press.invocation));
      const event: InboundForm = { ...base, kind: 'form', invocation: press.invocation, nonce: attempt };
      const { answer } = await sink().accept(event, { answerBy: FORM_BY_MS, only: 'form', stored });
      if (answer?.form != null) await posting.form(to, answer.form, `${click.id}:form`);
      // A form is nobody's card: what its press lent says on it that it was handed in.
      else if (lent !== undefined) await posting.close(lent, words('form_done', locale));
      return;
    }
    const event: InboundInvoke = {
      ...base,
      ...(card !== null && { surface: card.surface }),
      ...(lent !== undefined && { grants: [lent] }),
      kind: 'invoke',
      invocation: press.invocation,
      ...(press.asks && { asks: true as const }),
      ...(press.seen !== null && { seen: press.seen }),
    };
    if (press.asks) {
      // Opening a form is a read: there is nothing to store before it is answered.
      const form = await sink().openForm(event);
      if (form !== null) {
        await posting.form(to, form, `${click.id}:form`, press.invocation);
        return;
      }
    }
    const { answer } = await sink().accept(event, { answerBy: FORM_BY_MS, only: 'form', stored });
    if (answer?.form != null) await posting.form(to, answer.form, `${click.id}:form`, press.invocation);
  };
}
