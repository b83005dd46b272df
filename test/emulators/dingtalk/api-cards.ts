import { refuse, type Asked, type DingTalk, type Endpoints } from './api-method.ts';
import { change, checkOptions, ownValuesIn, valuesIn, type Change } from './card-rules.ts';
import { asObject, asText, asTexts, isObject, type Json } from '../json.ts';
import { nextKey, store, type State, type StoredCard } from './state.ts';

const SCOPE = 'Card.Instance.Write';
const MOST_ID = 100;
const MOST_SPACES = 1_000;

interface Space {
  readonly type: 'IM_GROUP' | 'IM_ROBOT';
  /** A group's id or a person's. */
  readonly id: string;
}

/** What messages in the two kinds of spaces are described by. */
const MODELS = {
  IM_GROUP: { space: 'imGroupOpenSpaceModel', deliver: 'imGroupOpenDeliverModel' },
  IM_ROBOT: { space: 'imRobotOpenSpaceModel', deliver: 'imRobotOpenDeliverModel' },
} as const;

function spacesIn(state: State, { args, path }: Asked): Space[] {
  const given = asText(args['openSpaceId']);
  if (given === '') refuse('param.openSpaceIdEmpty');
  const wrong = (why: string): never => {
    state.find(`${path}: openSpaceId ${why}`);
    return refuse('param.openSpaceIdInvalid');
  };
  if (given.length > MOST_SPACES) wrong(`has ${given.length} characters`);
  return given.split(';').map((part) => {
    const [, type, id] = /^dtv1\.card\/\/(IM_GROUP|IM_ROBOT)\.(.+)$/u.exec(part) ?? [];
    if (id === undefined) return wrong('is of no space that is known here');
    return { type: type === 'IM_GROUP' ? 'IM_GROUP' : 'IM_ROBOT', id };
  });
}

/** The inner objects of both models, as the space needs them. */
function checkModels(state: State, { type }: Space, { args, path }: Asked): Json {
  const names = MODELS[type];
  const deliver = args[names.deliver];
  if (!isObject(deliver) || Object.keys(deliver).length === 0) {
    state.find(`${path}: there is no ${names.deliver}`);
    return refuse('param.openDeliverModelEmpty');
  }
  const robot = deliver['robotCode'];
  const isRight = robot === state.app.robotCode || (robot === undefined && type === 'IM_ROBOT');
  if (!isRight || (type === 'IM_ROBOT' && deliver['spaceType'] !== 'IM_ROBOT')) {
    state.find(`${path}: ${names.deliver} names no robot of ours, or not its space`);
    refuse('param.openDeliverModelError');
  }
  return deliver;
}

/** `space`: where the card may stand is part of what is created (fact sheet, 4.1). */
function checkSpaceModels(state: State, spaces: readonly Space[], { args, path }: Asked): void {
  for (const { type } of spaces) {
    const name = MODELS[type].space;
    const model = args[name];
    if (!isObject(model) || typeof model['supportForward'] !== 'boolean') {
      state.find(`${path}: there is no ${name} that says supportForward`);
      refuse('param.openSpaceModelInvalid');
    }
    const summaries = Object.values(asObject(asObject(model)['lastMessageI18n']));
    if (summaries.every((summary) => asText(summary) === '')) state.find(`${path}: ${name} without lastMessageI18n`);
  }
}

/** Why it cannot be delivered there; null: it can. */
function obstacle(state: State, { type, id }: Space): string | null {
  if (type === 'IM_GROUP') {
    const group = state.groups.get(id);
    if (group === undefined) return 'conversation not exist';
    return group.bot ? null : 'chatbot is not in the conversation';
  }
  const user = state.users.get(id);
  return user === undefined || user.external || !user.active ? 'user not exist' : null;
}

function put(state: State, card: StoredCard, space: Space, model: Json, path: string): string {
  const members = state.groups.get(space.id)?.members ?? [space.id];
  const isGroup = space.type === 'IM_GROUP';
  const named = isGroup ? Object.keys(asObject(model['atUserIds'])) : [];
  const isEverybody = named.includes('@ALL');
  const recipients = isGroup && asTexts(model['recipients']).length > 0 ? asTexts(model['recipients']) : null;
  for (const user of [...named.filter((name) => name !== '@ALL'), ...(recipients ?? [])])
    if (!members.includes(user)) state.find(`${path}: ${user} is no member of the group`);
  const at = members
    .filter((member) => isEverybody || named.includes(member))
    .filter((member) => recipients?.includes(member) ?? true);
  const id = nextKey(state);
  store(state, { id, conversation: space.id, from: null, kind: 'card', card: card.outTrackId, recipients, at });
  return id;
}

function deliver({ state }: DingTalk, card: StoredCard, asked: Asked): Json[] {
  const spaces = spacesIn(state, asked);
  const models = spaces.map((space) => ({ space, model: checkModels(state, space, asked) }));
  return models.map(({ space, model }) => {
    const failed = asked.undelivered ?? obstacle(state, space);
    const result = { spaceType: space.type, spaceId: space.id, newField: 1 };
    if (failed !== null) return { ...result, success: false, carrierId: '', errorMsg: failed };
    return { ...result, success: true, carrierId: put(state, card, space, model, asked.path), errorMsg: '' };
  });
}

function callbackIn({ state }: DingTalk, { args, path }: Asked): StoredCard['callback'] {
  const type = args['callbackType'];
  if (type === 'STREAM') return { type };
  if (type !== 'HTTP') return null;
  const route = asText(args['callbackRouteKey']);
  if (!state.routes.has(route)) {
    state.find(`${path}: nothing was registered as ${route}`);
    refuse('param.invalid', 400, 'callbackRouteKey is not registered');
  }
  return { type, route };
}

/** A card as it is asked for, checked; not stored yet. */
function draft(ding: DingTalk, asked: Asked): StoredCard {
  const { state } = ding;
  const { args, path } = asked;
  const outTrackId = asText(args['outTrackId']);
  if (outTrackId === '') refuse('param.outTrackIdEmpty');
  if (outTrackId.length > MOST_ID) {
    state.find(`${path}: outTrackId has ${outTrackId.length} characters`);
    refuse('param.invalid');
  }
  const templateId = asText(args['cardTemplateId']);
  if (templateId === '') refuse('param.cardTemplateIdEmpty');
  const template = state.templates.get(templateId);
  if (template === undefined) return refuse('param.templateNotExist');
  if (!template.published) refuse('param.templateUnpublished');
  if (state.cards.has(outTrackId)) refuse('param.cardAlreadyExist');
  if (!isObject(args['cardData'])) refuse('param.cardPublicDataEmpty');
  checkUsers(state, args);
  const shared = valuesIn(state, template, args['cardData'], 'cardData', path);
  const own = ownValuesIn(state, template, args['privateData'], path);
  if (shared === null || own === null) return refuse('param.invalid');
  const callback = callbackIn(ding, asked);
  return { outTrackId, template: templateId, callback, shared, own: new Map(own), seen: new Map(), isGone: false };
}

function checkUsers(state: State, args: Json): void {
  if ((args['userIdType'] ?? 1) !== 1) state.find('this DingTalk knows userIdType 1 alone');
  for (const user of Object.keys(asObject(args['privateData'])))
    if (!state.users.has(user)) refuse('param.userIdNotExist');
}

function standing(state: State, args: Json): StoredCard {
  const id = asText(args['outTrackId']);
  if (id === '') refuse('param.outTrackIdEmpty');
  const card = state.cards.get(id);
  return card === undefined || card.isGone ? refuse('param.cardNotExist') : card;
}

function changeIn(state: State, card: StoredCard, { args, path }: Asked): Change {
  const template = state.templates.get(card.template);
  const hasOwn = Object.keys(asObject(args['privateData'])).length > 0;
  if (args['cardData'] == null && !hasOwn) refuse('param.cardDataAndPrivateDataBothEmpty');
  checkUsers(state, args);
  const shared = args['cardData'] == null ? null : valuesIn(state, template, args['cardData'], 'cardData', path);
  const own = ownValuesIn(state, template, args['privateData'], path);
  if (own === null || (shared === null && args['cardData'] != null)) return refuse('param.invalid');
  return { shared, own, options: asObject(args['cardUpdateOptions']) };
}

export const CARDS: Endpoints = {
  'POST /v1.0/card/instances/createAndDeliver': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      const card = draft(ding, asked);
      checkSpaceModels(ding.state, spacesIn(ding.state, asked), asked);
      const deliverResults = deliver(ding, card, asked);
      ding.state.cards.set(card.outTrackId, card);
      return { success: true, result: { outTrackId: card.outTrackId, deliverResults } };
    },
  },
  'POST /v1.0/card/instances': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      const card = draft(ding, asked);
      ding.state.cards.set(card.outTrackId, card);
      return { success: true, result: card.outTrackId };
    },
  },
  'POST /v1.0/card/instances/deliver': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      return { success: true, result: deliver(ding, standing(ding.state, asked.args), asked) };
    },
  },
  'PUT /v1.0/card/instances': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run({ state }, asked) {
      const card = standing(state, asked.args);
      const to = changeIn(state, card, asked);
      checkOptions(state, to, asked.path);
      change(card, to);
      return { success: true, result: true };
    },
  },
  'POST /v1.0/card/callbacks/register': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run({ state }, { args }) {
      const route = asText(args['callbackRouteKey']);
      const url = asText(args['callbackUrl']);
      if (route === '' || !URL.canParse(url)) refuse('param.invalid');
      const before = state.routes.get(route);
      if (before !== undefined && before.url !== url && args['forceUpdate'] !== true) refuse('param.invalid');
      const secret = asText(args['apiSecret']);
      state.routes.set(route, { url, secret });
      return { success: true, result: { callbackUrl: url, apiSecret: secret } };
    },
  },
};
