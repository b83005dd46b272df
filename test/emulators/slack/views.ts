import { asText, isObject, type Json } from './block-kit-rules.ts';
import type { SlackView } from './emulator.ts';
import { valuesOf } from './inputs.ts';
import { withIds, type State, type StoredView } from './state.ts';

/** Slack keeps so many modals on top of each other. */
export const STACK = 3;

const hashOf = (state: State): string => `${state.seconds()}.${state.next('h')}`;

const withBlocks = (state: State, raw: Json): Json => ({
  ...raw,
  blocks: withIds(state, Array.isArray(raw['blocks']) ? raw['blocks'] : []),
});

export function makeView(state: State, team: string, user: string, sent: Json, below: StoredView | null): StoredView {
  const id = state.next('V');
  const raw = withBlocks(state, sent);
  return {
    id,
    team,
    user,
    hash: hashOf(state),
    raw,
    values: valuesOf(raw['blocks']),
    errors: {},
    previous: below?.id ?? null,
    root: below?.root ?? id,
  };
}

/** New content; what was typed or chosen stays where the same element stays. */
export function replaceView(state: State, view: StoredView, sent: Json): void {
  view.raw = withBlocks(state, sent);
  view.values = valuesOf(view.raw['blocks'], view.values);
  view.hash = hashOf(state);
  view.errors = {};
}

export function setStack(state: State, user: string, stack: readonly StoredView[]): void {
  if (stack.length === 0) state.modals.delete(user);
  else state.modals.set(user, [...stack]);
}

export const allViews = (state: State): StoredView[] => [...[...state.modals.values()].flat(), ...state.homes.values()];

/** Another view of the workspace has this external id already. */
export const isTaken = (state: State, team: string, sent: Json, except: string | null): boolean =>
  asText(sent['external_id']) !== '' &&
  allViews(state).some((v) => v.team === team && v.id !== except && v.raw['external_id'] === sent['external_id']);

/** As tests see it. */
export const seenView = (view: StoredView): SlackView => ({
  id: view.id,
  hash: view.hash,
  type: view.raw['type'] === 'home' ? 'home' : 'modal',
  callbackId: asText(view.raw['callback_id']),
  title: isObject(view.raw['title']) ? asText(view.raw['title']['text']) : '',
  privateMetadata: asText(view.raw['private_metadata']),
  blocks: Array.isArray(view.raw['blocks']) ? view.raw['blocks'].filter(isObject) : [],
  errors: view.errors,
  raw: view.raw,
});
