import { asObject, asText, asTexts, isObject, type Json } from '../json.ts';
import { checkAgent } from './api-app.ts';
import { canBeGreyed, checkCard, checkTask, isInteractive, needsTask } from './card-rules.ts';
import { textOf, viewOf } from './card-view.ts';
import { BY_APP, readContent, type Said } from './content.ts';
import type { AppMessage } from './emulator.ts';
import { refuse, type Asked, type Endpoints, type WeCom } from './method.ts';
import {
  DAY_MS,
  findMember,
  HOUR_MS,
  isIn,
  MINUTE_MS,
  type CardState,
  type State,
  type StoredMessage,
} from './state.ts';

/** A code that changes a card lives so long (fact sheet, 3.3). */
export const CODE_MS = 3 * DAY_MS;
const KINDS = new Set(['text', 'markdown', 'textcard', 'news', 'image', 'voice', 'video', 'file']);
const MOST_DUPLICATE_S = 14_400;

interface Receivers {
  readonly users: readonly string[];
  readonly invalid: readonly string[];
  readonly parties: readonly string[];
  readonly tags: readonly string[];
}

const parts = (value: unknown): readonly string[] =>
  asText(value)
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const reaches = (state: State, userId: string): string | null => {
  const member = findMember(state, userId);
  return member !== undefined && member.visible && member.active ? member.userId : null;
};

/** @throws Refusal */
function receiversOf(state: State, { args, invalid: refused }: Asked): Receivers {
  const users = parts(args['touser']);
  const parties = parts(args['toparty']);
  const tags = parts(args['totag']);
  if (users.length + parties.length + tags.length === 0) refuse(82001, 'touser & toparty & totag are empty');
  if (users.length > 1_000) refuse(40032, 'too many users');
  if (parties.length > 100) refuse(82002, 'too many parties');
  if (tags.length > 100) refuse(82003, 'too many tags');
  const found = new Set<string>();
  const invalid: string[] = [];
  const badParties: string[] = [];
  const all = Array.from(state.members.values());
  if (users.includes('@all')) for (const m of all) if (reaches(state, m.userId) !== null) found.add(m.userId);
  for (const user of users.filter((u) => u !== '@all')) {
    const id = refused.some((r) => r.toLowerCase() === user.toLowerCase()) ? null : reaches(state, user);
    if (id === null) invalid.push(user.toLowerCase());
    else found.add(id);
  }
  for (const party of parties) {
    if (!state.departments.has(Number(party))) badParties.push(party);
    else
      for (const m of all) if (isIn(state, m, Number(party)) && reaches(state, m.userId) !== null) found.add(m.userId);
  }
  const told = { invaliduser: invalid.join('|'), invalidparty: badParties.join('|'), invalidtag: tags.join('|') };
  if (found.size === 0) refuse(81013, 'user & party & tag all invalid', told);
  return { users: [...found], invalid, parties: badParties, tags };
}

/** A code for one change of a message's card. */
export function lend(state: State, message: StoredMessage): string {
  const code = state.secret('code-');
  state.codes.set(code, { message, endsAt: state.now() + CODE_MS, used: false });
  return code;
}

/** @throws Refusal */
function checkNewCard({ state }: WeCom, { agentId }: Asked, card: Json): readonly string[] {
  const warnings = checkCard(card, 'app');
  const task = card['task_id'];
  if (task !== undefined || needsTask(card)) checkTask(asText(task));
  if (isInteractive(card) && !state.callbacks.has(agentId)) refuse(43012, 'app must configure callback url');
  if (task !== undefined && state.tasks.has(`${agentId} ${asText(task)}`)) refuse(42014, 'task_id was used before');
  return warnings;
}

function said(wecom: WeCom, asked: Asked, kind: string): Said {
  const { args } = asked;
  if (kind !== 'template_card') {
    if (!KINDS.has(kind)) refuse(40008, 'invalid message type');
    return readContent(wecom.state, kind, args, BY_APP) ?? refuse(40008, 'invalid message type');
  }
  const card = args['template_card'];
  if (!isObject(card)) return refuse(40063, 'template_card missing');
  const warnings = checkNewCard(wecom, asked, card);
  const text = textOf(viewOf({ raw: card, greyed: null, changes: 0 }, asText(card['task_id'])));
  return { text, content: card, file: null, at: [], warnings };
}

function duplicateOf({ args, agentId }: Asked): { readonly key: string; readonly ms: number } | null {
  if (args['enable_duplicate_check'] !== 1) return null;
  const seconds = Number(args['duplicate_check_interval'] ?? 1_800);
  if (!(seconds > 0 && seconds <= MOST_DUPLICATE_S)) refuse(40058, 'invalid duplicate_check_interval');
  return { key: `${agentId} ${JSON.stringify(args)}`, ms: seconds * 1_000 };
}

/** @throws Refusal */
function send(wecom: WeCom, asked: Asked): Json {
  const { state } = wecom;
  const { args, agentId } = asked;
  checkAgent(wecom, asked, args['agentid']);
  const receivers = receiversOf(state, asked);
  const kind = asText(args['msgtype']);
  const duplicate = duplicateOf(asked);
  const before = duplicate === null ? undefined : state.duplicates.get(duplicate.key);
  if (before !== undefined && before.endsAt > state.now()) return before.answer;
  const { text, content, file, warnings } = said(wecom, asked, kind);
  const isCard = kind === 'template_card';
  const { minute, hour } = state.settings.perMember;
  const dropped = receivers.users.filter(
    (user) =>
      !state.fits(`member ${agentId} ${user}`, [
        [minute, MINUTE_MS],
        [hour, HOUR_MS],
      ]),
  );
  const message: StoredMessage = {
    id: state.next('msgid-'),
    agentId,
    kind: kind as AppMessage['kind'],
    text,
    content,
    file,
    warnings: [...warnings],
    to: receivers.users,
    dropped: new Set(dropped),
    taskId: isCard ? asText(content['task_id']) : '',
    cards: new Map(
      isCard
        ? receivers.users.map((user): [string, CardState] => [user, { raw: content, greyed: null, changes: 0 }])
        : [],
    ),
    recalled: false,
    sentAt: state.clock.now(),
  };
  state.messages.push(message);
  if (message.taskId !== '') state.tasks.add(`${agentId} ${message.taskId}`);
  const answer = {
    invaliduser: receivers.invalid.join('|'),
    invalidparty: receivers.parties.join('|'),
    invalidtag: receivers.tags.join('|'),
    unlicenseduser: '',
    msgid: message.id,
    ...(isCard && isInteractive(content) && { response_code: lend(state, message) }),
  };
  if (duplicate !== null) state.duplicates.set(duplicate.key, { endsAt: state.now() + duplicate.ms, answer });
  return answer;
}

interface Targets {
  readonly users: readonly string[];
  readonly invalid: readonly string[];
}

/** Whose card is to change. @throws Refusal */
function targetsOf(state: State, { args }: Asked, message: StoredMessage): Targets {
  if (args['atall'] === 1) return { users: message.to, invalid: [] };
  const given = asTexts(args['userids']);
  if (given.length > 1_000) refuse(40032, 'too many userids');
  const parties = Array.isArray(args['partyids']) ? (args['partyids'] as unknown[]).map(Number) : [];
  const users = new Set<string>();
  const invalid: string[] = [];
  for (const id of given) {
    const member = findMember(state, id);
    if (member === undefined) invalid.push(id);
    else if (!message.to.includes(member.userId)) refuse(82102, 'not a receiver of the card');
    else users.add(member.userId);
  }
  for (const user of message.to) {
    const member = findMember(state, user);
    if (member !== undefined && parties.some((party) => isIn(state, member, party))) users.add(user);
  }
  if (given.length + parties.length === 0) refuse(82001, 'userids, partyids, tagids and atall are empty');
  if (users.size === 0) refuse(82102, 'none is a receiver of the card');
  return { users: [...users], invalid };
}

/** @throws Refusal */
function update(wecom: WeCom, asked: Asked): Json {
  const { state } = wecom;
  const { args, agentId } = asked;
  checkAgent(wecom, asked, args['agentid']);
  const code = state.codes.get(asText(args['response_code']));
  if (code === undefined || code.used || code.endsAt <= state.now()) return refuse(60140, 'invalid response_code');
  const { message } = code;
  if (message.agentId !== agentId) return refuse(60140, 'invalid response_code');
  const { users, invalid } = targetsOf(state, asked, message);
  const card = args['template_card'];
  const button = args['button'];
  if (isObject(card) === isObject(button)) refuse(40058, 'either button or template_card');
  const name = asText(asObject(button)['replace_name']);
  if (isObject(card)) {
    message.warnings.push(...checkCard(card, 'app').map((warning) => `changed: ${warning}`));
  } else if (name === '') refuse(40063, 'replace_name missing');
  else if (Array.from(message.cards.values()).some(({ raw }) => !canBeGreyed(raw)))
    refuse(40058, 'no buttons to replace');
  for (const user of users) {
    const own = message.cards.get(user);
    if (own === undefined) continue;
    const now = isObject(card) ? { raw: card, greyed: null } : { raw: own.raw, greyed: name };
    message.cards.set(user, { ...now, changes: own.changes + 1 });
  }
  code.used = true;
  return { invaliduser: invalid };
}

/** @throws Refusal */
function recall({ state }: WeCom, { args, agentId }: Asked): Json {
  const message = state.messages.find((m) => m.id === args['msgid']);
  if (message === undefined || message.agentId !== agentId) return refuse(40058, 'invalid msgid');
  if (state.now() - message.sentAt.getTime() > DAY_MS) return refuse(42052, 'msgid expired');
  message.recalled = true;
  return {};
}

export const MESSAGE_ENDPOINTS: Endpoints = {
  'message/send': { method: 'POST', run: send },
  'message/update_template_card': { method: 'POST', run: update },
  'message/recall': { method: 'POST', run: recall },
};
