import { asText, isObject, type Json } from './block-kit-rules.ts';
import { checkView, refusals } from './block-kit.ts';
import type { Told } from './emulator.ts';
import type { Slack } from './events.ts';
import { chosenOf, isEmpty } from './inputs.ts';
import { common } from './interactions.ts';
import { elementsOf } from './seen.ts';
import { viewJson } from './shapes.ts';
import { teamOf, userOf, type StoredView } from './state.ts';
import { isTaken, makeView, replaceView, setStack, STACK } from './views.ts';
import { UNTOLD } from './wire.ts';

/** Submitting and closing modals, and what an answer to that does. */

const blocksOf = (view: StoredView): Json[] => {
  const blocks: unknown = view.raw['blocks'];
  return Array.isArray(blocks) ? blocks.filter(isObject) : [];
};

const inputsOf = (view: StoredView): Json[] => blocksOf(view).filter((block) => block['type'] === 'input');

function topmost(slack: Slack, user: string): StoredView {
  userOf(slack.state, user);
  const view = slack.state.modals.get(user)?.at(-1);
  if (view === undefined) throw new Error(`${user} has no modal open`);
  return view;
}

/** What stands in the form once this was typed and chosen. */
function filled(slack: Slack, view: StoredView, given: Readonly<Record<string, string>>): StoredView['values'] {
  const values = { ...view.values };
  for (const [blockId, choice] of Object.entries(given)) {
    const block = blocksOf(view).find((b) => b['block_id'] === blockId);
    const element = block === undefined ? undefined : elementsOf(block)[0];
    if (element === undefined || values[blockId] === undefined)
      throw new Error(`there is nothing to fill in at ${blockId}`);
    const actionId = asText(element['action_id']);
    values[blockId] = { ...values[blockId], [actionId]: chosenOf(element, choice, slack.state) };
  }
  return values;
}

/** Types and chooses, and submits nothing yet. */
export function fillIn(slack: Slack, user: string, given: Readonly<Record<string, string>>): void {
  const view = topmost(slack, user);
  view.values = filled(slack, view, given);
}

/** Throws where Slack's client would not let it through. */
function complete(view: StoredView): void {
  for (const block of inputsOf(view)) {
    const blockId = asText(block['block_id']);
    const isBlank = Object.values(view.values[blockId] ?? {}).every(isEmpty);
    if (isBlank && block['optional'] !== true) throw new Error(`${blockId} has to be filled in`);
  }
}

export async function submit(slack: Slack, user: string, given: Readonly<Record<string, string>>): Promise<Told> {
  const view = topmost(slack, user);
  if (!isObject(view.raw['submit'])) throw new Error('this modal has nothing to submit');
  view.values = filled(slack, view, given);
  complete(view);
  view.errors = {};
  const told = await slack.wire.tell('interactive', {
    ...common(slack, 'view_submission', teamOf(slack.state, view.team), userOf(slack.state, user)),
    view: viewJson(slack.state, view),
    response_urls: [],
  });
  if (told.status === 200) apply(slack, view, isObject(told.body) ? told.body : {});
  return told;
}

const WHERE = 'view_submission answer';

/** Does what the answer says; what Slack would not understand is a finding and leaves the modal as it is. */
function apply(slack: Slack, view: StoredView, answer: Json): void {
  const { state } = slack;
  const stack = state.modals.get(view.user) ?? [];
  const wrong = (pointer: string, expected: string, got: string): void => {
    state.findings.push({ where: WHERE, pointer, code: 'not_allowed', expected, got });
  };
  switch (answer['response_action']) {
    case undefined:
      setStack(
        state,
        view.user,
        stack.filter((other) => other.id !== view.id),
      );
      return;
    case 'clear':
      setStack(state, view.user, []);
      return;
    case 'errors':
      showErrors(view, answer['errors'], wrong);
      return;
    case 'update':
    case 'push': {
      const isPush = answer['response_action'] === 'push';
      const sent = answer['view'];
      const findings = checkView(sent, { where: WHERE, mentions: state.mentions });
      state.findings.push(...findings);
      if (!isObject(sent) || refusals(findings).length > 0) return;
      if (sent['type'] !== 'modal') wrong('/view/type', 'modal', asText(sent['type']));
      else if (isTaken(state, view.team, sent, isPush ? null : view.id))
        wrong('/view/external_id', 'one that is free', asText(sent['external_id']));
      else if (!isPush) replaceView(state, view, sent);
      else if (stack.length >= STACK) wrong('/response_action', `at most ${STACK} modals`, 'push');
      else setStack(state, view.user, [...stack, makeView(state, view.team, view.user, sent, view)]);
      return;
    }
    default:
      wrong('/response_action', 'errors, update, push or clear', JSON.stringify(answer['response_action']));
  }
}

function showErrors(
  view: StoredView,
  errors: unknown,
  wrong: (pointer: string, expected: string, got: string) => void,
): void {
  const entries = isObject(errors) ? Object.entries(errors) : [];
  if (entries.length === 0) wrong('/errors', 'what is wrong, by block id', JSON.stringify(errors) ?? 'nothing');
  const inputs = new Set(inputsOf(view).map((block) => block['block_id']));
  for (const [blockId, words] of entries) {
    if (!inputs.has(blockId)) wrong(`/errors/${blockId}`, 'the id of an input block', blockId);
    if (asText(words) === '') wrong(`/errors/${blockId}`, 'words', JSON.stringify(words) ?? 'nothing');
  }
  const shown = entries.filter(([blockId]) => inputs.has(blockId)).map(([blockId, words]) => [blockId, asText(words)]);
  view.errors = Object.fromEntries(shown) as Record<string, string>;
}

/** Closes by hand; a modal with `clear_on_close` takes those below it along. Told is who asked for it. */
export async function close(slack: Slack, user: string): Promise<Told> {
  const { state } = slack;
  const view = topmost(slack, user);
  const stack = state.modals.get(user) ?? [];
  const isCleared = view.raw['clear_on_close'] === true;
  setStack(state, user, isCleared ? [] : stack.slice(0, -1));
  const closed = (isCleared ? stack.toReversed() : [view]).filter((v) => v.raw['notify_on_close'] === true);
  const tolds: Told[] = [];
  for (const one of closed) {
    const { trigger_id: _, ...rest } = common(slack, 'view_closed', teamOf(state, one.team), userOf(state, user));
    const { state: __, ...shown } = viewJson(state, one);
    tolds.push(await slack.wire.tell('interactive', { ...rest, view: shown, is_cleared: isCleared }));
  }
  const [first = UNTOLD, ...also] = tolds;
  return { ...first, also };
}
