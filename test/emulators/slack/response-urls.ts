import { refuse, SlackError, flag, inspectMessage, listIn, text } from './api-method.ts';
import { isObject, type Json } from './block-kit-rules.ts';
import { tellChanged, tellDeleted, tellMessage, type Slack } from './events.ts';
import type { Answer } from './routes.ts';
import { messageJson } from './shapes.ts';
import { findMessage, store, teamOf, withIds, type ResponseUrl, type StoredMessage } from './state.ts';

const USES = 5;
const THIRTY_MINUTES = 1_800_000;

/** Lends a `response_url`; `kind`: `commands` or `actions`. */
export function lend(
  slack: Slack,
  kind: 'commands' | 'actions',
  to: Pick<ResponseUrl, 'team' | 'user' | 'channel' | 'original'>,
): string {
  const { state } = slack;
  const path = `/${kind}/${to.team}/${state.next('')}/${state.next('r')}`;
  state.responseUrls.set(path, { ...to, uses: 0, expiresAt: state.clock.now().getTime() + THIRTY_MINUTES });
  return `${slack.url}${path}`;
}

const gone = (error: string): Answer => ({ status: 404, json: { ok: false, error } });

/** What a bot posts to a `response_url`. */
export function respond(slack: Slack, path: string, body: Json): Answer {
  const { state } = slack;
  const lent = state.responseUrls.get(path);
  if (lent === undefined) return gone('invalid_url');
  if (state.clock.now().getTime() >= lent.expiresAt) return gone('expired_url');
  if (lent.uses >= USES) return gone('used_url');
  lent.uses += 1;
  try {
    apply(slack, lent, body);
    return { status: 200, json: { ok: true } };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const status = error.code === 'message_not_found' ? 404 : 400;
    return { status, json: { ok: false, error: error.code, ...error.more } };
  }
}

function originalOf(slack: Slack, lent: ResponseUrl): StoredMessage {
  const found = lent.original === null ? undefined : findMessage(slack.state, lent.channel, lent.original, lent.user);
  return found ?? refuse('message_not_found');
}

function apply(slack: Slack, lent: ResponseUrl, body: Json): void {
  if (flag(body, 'delete_original')) {
    const original = originalOf(slack, lent);
    original.deleted = true;
    void tellDeleted(slack, original);
    return;
  }
  inspectMessage(slack, body, 'response_url');
  if (flag(body, 'replace_original') && lent.original !== null) {
    const original = originalOf(slack, lent);
    const before = messageJson(slack.state, slack.url, original);
    original.text = text(body, 'text');
    original.blocks = withIds(slack.state, listIn(body, 'blocks'));
    void tellChanged(slack, original, before);
    return;
  }
  void tellMessage(slack, answerIn(slack, lent, body));
}

/** A message that somebody gets in answer: theirs alone unless it says `in_channel`. */
export function answerIn(slack: Slack, to: Pick<ResponseUrl, 'team' | 'user' | 'channel'>, body: Json): StoredMessage {
  const team = teamOf(slack.state, to.team);
  const metadata = body['metadata'];
  return store(slack.state, {
    team: team.id,
    channel: to.channel,
    user: team.botUser,
    botId: team.botId,
    text: text(body, 'text'),
    blocks: listIn(body, 'blocks'),
    threadTs: text(body, 'thread_ts') || null,
    ephemeralTo: body['response_type'] === 'in_channel' ? null : to.user,
    metadata: isObject(metadata)
      ? {
          event_type: text(metadata, 'event_type'),
          event_payload: isObject(metadata['event_payload']) ? metadata['event_payload'] : {},
        }
      : null,
  });
}
