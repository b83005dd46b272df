import { CHAT, conversationOf, posts } from './api-chat.ts';
import { CONVERSATIONS, TEAMS } from './api-conversations.ts';
import { FILES } from './api-files.ts';
import { has, need, refuse, SlackError, text, unpacked, type Method, type Methods } from './api-method.ts';
import { VIEWS } from './api-views.ts';
import type { Json } from './block-kit-rules.ts';
import type { Failure, SlackTeam } from './emulator.ts';
import type { Slack } from './events.ts';
import type { Faults } from './faults.ts';
import { OAUTH } from './oauth.ts';
import type { Answer, Asked } from './routes.ts';
import type { State } from './state.ts';
import { allViews } from './views.ts';

const METHODS: Methods = { ...CHAT, ...CONVERSATIONS, ...TEAMS, ...VIEWS, ...FILES, ...OAUTH };

/** The workspace that what the arguments name belongs to: a conversation, somebody, a click, a view. */
function placeOf(state: State, args: Json): string | undefined {
  const where = conversationOf(args);
  const people = [where, ...['user', 'user_id', 'users'].map((key) => text(args, key).split(',')[0] ?? '')];
  const who = people.find((id) => state.users.has(id)) ?? '';
  return (
    state.channels.get(where)?.team ??
    state.users.get(who)?.seenIn ??
    state.triggers.get(text(args, 'trigger_id'))?.team ??
    allViews(state).find((view) => view.id === text(args, 'view_id'))?.team
  );
}

/** The workspace a token speaks for; an organisation's token speaks for several, of which the arguments name one. */
function teamFor(state: State, token: string, args: Json): SlackTeam {
  const teams = [...state.teams.values()].filter((team) => team.botToken === token);
  const wanted = text(args, 'team_id') || placeOf(state, args);
  const team = teams.find(({ id }) => id === wanted) ?? teams[0];
  if (team === undefined) return refuse('invalid_auth');
  const revoked = state.revoked.get(team.id);
  return revoked === undefined ? team : refuse(revoked);
}

function callerOf(slack: Slack, method: Method, token: string, args: Json): SlackTeam {
  const kind = method.token ?? 'bot';
  const [anyTeam] = slack.state.teams.values();
  if (kind === 'none') return anyTeam ?? refuse('internal_error');
  if (token === '') return refuse('not_authed');
  const isApp = slack.sockets.isAllowed(token);
  if (kind === 'app') {
    if (isApp) return anyTeam ?? refuse('internal_error');
    return refuse(token.startsWith('xoxb-') ? 'not_allowed_token_type' : 'invalid_auth');
  }
  return isApp ? refuse('not_allowed_token_type') : teamFor(slack.state, token, args);
}

interface Result {
  readonly answer: Json;
  readonly team: SlackTeam | null;
}

function run(slack: Slack, name: string, token: string, args: Json): Result {
  let team: SlackTeam | null = null;
  try {
    const method = METHODS[name];
    if (method === undefined) return refuse('unknown_method', { req_method: name });
    team = callerOf(slack, method, token, args);
    if (method.token === undefined) need(team, method.scopes ?? []);
    const missing = (method.required ?? []).filter((key) => !has(args, key));
    if (missing.length > 0)
      refuse('invalid_arguments', {
        response_metadata: { messages: missing.map((key) => `[ERROR] missing required field: ${key}`) },
      });
    const given = unpacked(args);
    return { answer: { ok: true, ...method.run({ slack, method: name, token, args: given, team }) }, team };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { answer: { ok: false, error: error.code, ...error.more }, team };
  }
}

/** Arguments as they are recorded: what was JSON is parsed, where it can be. */
function recorded(args: Json): Json {
  try {
    return unpacked(args);
  } catch {
    return args;
  }
}

export const tooMany = (retryAfter: number | null): Answer => ({
  status: 429,
  json: { ok: false, error: 'ratelimited' },
  headers: retryAfter === null ? {} : { 'retry-after': String(retryAfter) },
});

/** An answer that was ordered beforehand. */
function failed(failure: Failure, provided: readonly string[]): Answer {
  if ('error' in failure) {
    const more = failure.needed === undefined ? {} : { needed: failure.needed, provided: provided.join(',') };
    return { status: 200, json: { ok: false, error: failure.error, ...more } };
  }
  if ('status' in failure) return { status: failure.status, text: failure.body ?? '' };
  if ('retryAfter' in failure) return tooMany(failure.retryAfter);
  return { status: 0, isCut: true };
}

/** Answers a call of the Web API and keeps it. */
export function callMethod(slack: Slack, faults: Faults, name: string, asked: Asked): Answer {
  const { state } = slack;
  const args: Json = Object.fromEntries(Object.entries(asked.args).filter(([key]) => key !== 'token'));
  const token = asked.token === '' ? text(asked.args, 'token') : asked.token;
  const failure = faults.next(name);
  const wait = failure === null && posts(name, args) ? faults.wait(conversationOf(args)) : null;
  const result = (): Answer => {
    const { answer, team } = run(slack, name, token, args);
    const headers: Record<string, string> = {
      'x-oauth-scopes': team?.scopes.join(',') ?? '',
      'x-accepted-oauth-scopes': METHODS[name]?.scopes?.join(',') ?? '',
    };
    return { status: 200, json: answer, headers };
  };
  const isLost = failure !== null && 'lost' in failure;
  const scopes = [...state.teams.values()].find((team) => team.botToken === token)?.scopes ?? [];
  const answer = wait === null ? (failure === null || isLost ? result() : failed(failure, scopes)) : tooMany(wait);
  const { status } = answer;
  state.calls.push({
    method: name,
    token,
    args: recorded(args),
    answer: answer.json ?? {},
    status,
    at: state.clock.now(),
  });
  return isLost ? { ...answer, isCut: true } : answer;
}
