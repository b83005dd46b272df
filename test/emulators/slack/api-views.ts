import type { Json } from './block-kit-rules.ts';
import { checkView } from './block-kit.ts';
import { objectIn } from './api-conversations.ts';
import { inspect, refuse, text, type Call, type Methods } from './api-method.ts';
import { viewJson } from './shapes.ts';
import type { StoredView } from './state.ts';
import { allViews, isTaken, makeView, replaceView, setStack, STACK } from './views.ts';

/** The person whose click or command this belongs to; the trigger is used up only by `use`. */
function triggered(call: Call): { user: string; use: () => void } {
  const { state } = call.slack;
  const trigger = state.triggers.get(text(call.args, 'trigger_id'));
  if (trigger === undefined || trigger.team !== call.team.id) return refuse('invalid_trigger_id');
  if (trigger.isUsed) return refuse('exchanged_trigger_id');
  if (state.clock.now().getTime() >= trigger.expiresAt) return refuse('expired_trigger_id');
  return {
    user: trigger.user,
    use: () => {
      trigger.isUsed = true;
    },
  };
}

/** A view that can stand; throws otherwise. `except`: whose place it takes. */
function viewIn(call: Call, type: 'modal' | 'home' | null, except: string | null): Json {
  const { slack, args, method, team } = call;
  const view = objectIn(args, 'view');
  inspect(slack, checkView(view, { where: method, mentions: slack.state.mentions }), 'invalid_arguments');
  if (type !== null && view['type'] !== type) refuse('invalid_arguments');
  if (isTaken(slack.state, team.id, view, except)) refuse('duplicate_external_id');
  return view;
}

const answer = (call: Call, view: StoredView): Json => ({ view: viewJson(call.slack.state, view) });

function open(call: Call): Json {
  const { state } = call.slack;
  const { user, use } = triggered(call);
  const view = makeView(state, call.team.id, user, viewIn(call, 'modal', null), null);
  use();
  setStack(state, user, [view]);
  return answer(call, view);
}

function push(call: Call): Json {
  const { state } = call.slack;
  const { user, use } = triggered(call);
  const stack = state.modals.get(user) ?? [];
  const below = stack.at(-1);
  if (below === undefined) return refuse('not_found');
  const sent = viewIn(call, 'modal', null);
  if (stack.length >= STACK) refuse('push_limit_reached');
  const view = makeView(state, call.team.id, user, sent, below);
  use();
  setStack(state, user, [...stack, view]);
  return answer(call, view);
}

function checkHash(call: Call, view: StoredView): void {
  const hash = text(call.args, 'hash');
  if (hash !== '' && hash !== view.hash) refuse('hash_conflict');
}

function update(call: Call): Json {
  const { slack, args, team } = call;
  const [id, external] = [text(args, 'view_id'), text(args, 'external_id')];
  if (id === '' && external === '') refuse('invalid_arguments');
  const found = allViews(slack.state).find(
    (v) => v.team === team.id && (id === '' ? v.raw['external_id'] === external : v.id === id),
  );
  if (found === undefined) return refuse('not_found');
  checkHash(call, found);
  replaceView(slack.state, found, viewIn(call, found.raw['type'] === 'home' ? 'home' : 'modal', found.id));
  return answer(call, found);
}

function publish(call: Call): Json {
  const { state } = call.slack;
  const user = state.users.get(text(call.args, 'user_id'));
  if (user === undefined || user.seenIn !== call.team.id) return refuse('invalid_arguments');
  const known = state.homes.get(user.id);
  if (known !== undefined) checkHash(call, known);
  const sent = viewIn(call, 'home', known?.id ?? null);
  const home = known ?? makeView(state, call.team.id, user.id, sent, null);
  if (known !== undefined) replaceView(state, known, sent);
  state.homes.set(user.id, home);
  return answer(call, home);
}

export const VIEWS: Methods = {
  'views.open': { required: ['view', 'trigger_id'], run: open },
  'views.push': { required: ['view', 'trigger_id'], run: push },
  'views.update': { required: ['view'], run: update },
  'views.publish': { required: ['view', 'user_id'], run: publish },
};
