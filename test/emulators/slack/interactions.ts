import { asText, isObject, type Json } from './block-kit-rules.ts';
import { checkMessage, refusals } from './block-kit.ts';
import type { Pressed, SlackChannel, SlackTeam, Told } from './emulator.ts';
import type { Slack } from './events.ts';
import { chosenOf, valuesOf } from './inputs.ts';
import { memberIn } from './people.ts';
import { answerIn, lend } from './response-urls.ts';
import { elementsOf } from './seen.ts';
import { actorJson, enterpriseJson, messageJson, teamJson, viewJson } from './shapes.ts';
import { APP, findMessage, teamOf, userOf, type StoredMessage, type StoredUser, type StoredView } from './state.ts';
import { typed } from './text.ts';

/** What people press, choose and call up; modals are in `modals.ts`. */

const NAMES: Readonly<Partial<Record<SlackChannel['kind'], string>>> = { im: 'directmessage', group: 'privategroup' };
const channelName = (channel: SlackChannel): string => NAMES[channel.kind] ?? channel.name;

/** What every interaction begins with. */
export const common = (slack: Slack, type: string, team: SlackTeam, user: StoredUser): Json => ({
  type,
  team: teamJson(team),
  user: actorJson(user),
  api_app_id: APP.id,
  token: 'verification-token',
  trigger_id: slack.state.trigger(team.id, user.id),
  enterprise: enterpriseJson(team),
  is_enterprise_install: team.orgWide,
});

interface Found {
  readonly block: Json;
  readonly element: Json;
}

/** The element with this action id; where several have it, the first that offers the choice. */
function findElement(blocks: unknown, actionId: string, choice: string | undefined): Found | null {
  const all = (Array.isArray(blocks) ? blocks.filter(isObject) : []).flatMap((block) =>
    elementsOf(block)
      .filter((element) => element['action_id'] === actionId)
      .map((element) => ({ block, element })),
  );
  const offers = all.find(
    ({ element }) => choice !== undefined && JSON.stringify(element).includes(JSON.stringify(choice)),
  );
  return offers ?? all[0] ?? null;
}

const BUTTONS: ReadonlySet<string> = new Set(['button', 'icon_button', 'workflow_button']);

interface Act {
  readonly action: Json;
  /** What the element keeps afterwards; null for buttons. */
  readonly kept: Json | null;
}

/** The entry of `actions`. */
function act(slack: Slack, { block, element }: Found, choice: string | undefined): Act {
  const { state } = slack;
  const type = asText(element['type']);
  const at = { action_id: element['action_id'], block_id: block['block_id'], action_ts: state.nextTs('actions') };
  if (BUTTONS.has(type)) {
    if (choice !== undefined) throw new Error(`${asText(element['action_id'])} is a button and offers no choice`);
    const { confirm: _, accessibility_label: __, ...shown } = element;
    return { action: { ...shown, ...at }, kept: null };
  }
  if (block['type'] === 'input' && block['dispatch_action'] !== true)
    throw new Error(`${asText(element['action_id'])} tells nothing before the form is submitted`);
  if (type === 'feedback_buttons') {
    const chosen = [element['positive_button'], element['negative_button']].find(
      (b) => isObject(b) && b['value'] === choice,
    );
    if (!isObject(chosen)) throw new Error(`${asText(element['action_id'])} offers no ${choice}`);
    return { action: { type, ...at, text: chosen['text'], value: choice }, kept: null };
  }
  if (choice === undefined) throw new Error(`${asText(element['action_id'])} wants a choice`);
  const kept = chosenOf(element, choice, state);
  const shown = Object.entries(element).filter(([key]) => key === 'placeholder' || key.startsWith('initial_'));
  return { action: { ...Object.fromEntries(shown), ...kept, ...at }, kept };
}

const nowhere = (actionId: string, user: string): never => {
  throw new Error(`${user} finds no ${actionId} there`);
};

async function pressInMessage(
  slack: Slack,
  who: StoredUser,
  at: { channel: string; ts: string },
  actionId: string,
  choice?: string,
): Promise<Told> {
  const { state, url } = slack;
  const { channel } = memberIn(state, who.id, at.channel);
  const message = findMessage(state, at.channel, at.ts, who.id);
  if (message === undefined) throw new Error(`${who.id} sees no message ${at.ts} in ${at.channel}`);
  const inBlocks = findElement(message.blocks, actionId, choice);
  const unfurled = Object.entries(message.unfurls).find(
    ([, { blocks }]) => findElement(blocks, actionId, choice) !== null,
  );
  const found = inBlocks ?? findElement(unfurled?.[1].blocks, actionId, choice) ?? nowhere(actionId, who.id);
  const { action, kept } = act(slack, found, choice);
  const team = teamOf(state, channel.team);
  const blocks = inBlocks === null ? unfurled?.[1].blocks : message.blocks;
  const blockId = asText(found.block['block_id']);
  const before = valuesOf(blocks);
  const values = kept === null ? before : { ...before, [blockId]: { ...before[blockId], [actionId]: kept } };
  const isEphemeral = message.ephemeralTo !== null;
  return slack.wire.tell('interactive', {
    ...common(slack, 'block_actions', team, who),
    container: containerOf(message, inBlocks === null ? (unfurled?.[0] ?? null) : null),
    channel: { id: channel.id, name: channelName(channel) },
    ...(isEphemeral ? {} : { message: messageJson(state, url, message) }),
    state: { values },
    response_url: lend(slack, 'actions', { team: team.id, user: who.id, channel: channel.id, original: message.ts }),
    actions: [action],
  });
}

const containerOf = (message: StoredMessage, unfurled: string | null): Json => ({
  type: unfurled === null ? 'message' : 'message_attachment',
  message_ts: message.ts,
  ...(unfurled === null
    ? {}
    : {
        attachment_id: Object.keys(message.unfurls).indexOf(unfurled) + 1,
        is_app_unfurl: true,
        app_unfurl_url: unfurled,
      }),
  channel_id: message.channel,
  is_ephemeral: message.ephemeralTo !== null,
  ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
});

async function pressInView(
  slack: Slack,
  who: StoredUser,
  view: StoredView,
  actionId: string,
  choice?: string,
): Promise<Told> {
  const found = findElement(view.raw['blocks'], actionId, choice) ?? nowhere(actionId, who.id);
  const { action, kept } = act(slack, found, choice);
  const blockId = asText(found.block['block_id']);
  if (kept !== null && action['type'] !== 'overflow')
    view.values = { ...view.values, [blockId]: { ...view.values[blockId], [actionId]: kept } };
  return slack.wire.tell('interactive', {
    ...common(slack, 'block_actions', teamOf(slack.state, view.team), who),
    container: { type: 'view', view_id: view.id },
    view: viewJson(slack.state, view),
    actions: [action],
  });
}

export async function press(slack: Slack, user: string, at: Pressed, actionId: string, choice?: string): Promise<Told> {
  const who = userOf(slack.state, user);
  if (typeof at !== 'string') return pressInMessage(slack, who, at, actionId, choice);
  const view = at === 'home' ? slack.state.homes.get(user) : slack.state.modals.get(user)?.at(-1);
  if (view === undefined) throw new Error(`${user} has no ${at} open`);
  return pressInView(slack, who, view, actionId, choice);
}

/** A command; an answer that comes with the acknowledgement appears at once. */
export async function command(
  slack: Slack,
  user: string,
  channelId: string,
  text: string,
  name: string,
): Promise<Told> {
  const { user: who, channel } = memberIn(slack.state, user, channelId);
  const team = teamOf(slack.state, channel.team);
  const to = { team: team.id, user, channel: channelId, original: null };
  const told = await slack.wire.tell('slash_commands', {
    token: 'verification-token',
    team_id: team.id,
    team_domain: team.domain,
    ...(team.enterprise === null ? {} : { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: who.id,
    user_name: who.name,
    command: name,
    text: typed(text),
    api_app_id: APP.id,
    is_enterprise_install: String(team.orgWide),
    response_url: lend(slack, 'commands', to),
    trigger_id: slack.state.trigger(team.id, user),
  });
  const answer = answered(told);
  if (answer === null) return told;
  const findings = checkMessage(answer, { where: 'slash command answer', mentions: slack.state.mentions });
  slack.state.findings.push(...findings);
  return refusals(findings).length > 0 ? told : { ...told, ts: answerIn(slack, to, answer).ts };
}

/** What an acknowledgement says in words; null: nothing. */
function answered({ status, body }: Told): Json | null {
  if (status !== 200) return null;
  if (typeof body === 'string') return { text: body };
  const isMessage = isObject(body) && (asText(body['text']) !== '' || Array.isArray(body['blocks']));
  return isMessage ? body : null;
}

/** A global shortcut, or one on a message. */
export async function shortcut(
  slack: Slack,
  user: string,
  callbackId: string,
  on?: { channel: string; ts: string },
): Promise<Told> {
  const { state, url, wire } = slack;
  const who = userOf(state, user);
  if (on === undefined) {
    const team = teamOf(state, who.seenIn);
    const { enterprise, ...rest } = common(slack, 'shortcut', team, who);
    return wire.tell('interactive', {
      ...rest,
      enterprise,
      callback_id: callbackId,
      action_ts: state.nextTs('actions'),
    });
  }
  const { channel } = memberIn(state, user, on.channel);
  const message = findMessage(state, on.channel, on.ts, user);
  if (message === undefined) throw new Error(`${user} sees no message ${on.ts} in ${on.channel}`);
  const team = teamOf(state, channel.team);
  return wire.tell('interactive', {
    ...common(slack, 'message_action', team, who),
    callback_id: callbackId,
    action_ts: state.nextTs('actions'),
    message_ts: message.ts,
    message: messageJson(state, url, message),
    channel: { id: channel.id, name: channelName(channel) },
    response_url: lend(slack, 'actions', { team: team.id, user, channel: channel.id, original: null }),
  });
}
