import { refuse, type Asked, type DingTalk, type Endpoints } from './api-method.ts';
import { isMessageKey, robotContent, type Content } from './content.ts';
import { asText, asTexts, bytesOf, isObject, parsed, type Json } from '../json.ts';
import { nextKey, remove, store, type State } from './state.ts';

const SCOPE = 'qyapi_robot_sendmsg';
const MOST_PARAM = 15_000;
const MOST_USERS = 20;
const MOST_KEYS = 20;
/** One-to-one messages can be taken back for so long, ms. */
const RECALL_MS = 24 * 3_600_000;

function checkRobot({ app }: State, code: unknown): void {
  if (asText(code) === '') refuse('invalidParameter.robotCode.empty');
  if (code !== app.robotCode) refuse('invalidParameter.robotCode.notExsit');
}

/** The group a call is about, with the robot in it. */
function groupIn(state: State, args: Json): string {
  const id = asText(args['openConversationId']);
  if (id === '') refuse('miss.openConversationId');
  const group = state.groups.get(id);
  if (group === undefined) return refuse('invalid.openConversationId');
  if (!group.bot) refuse('resource.not.found', 400, 'the robot is not in this group');
  return id;
}

function contentIn({ state }: DingTalk, { args, path }: Asked): Content {
  const key = asText(args['msgKey']);
  const given = args['msgParam'];
  if (key === '') refuse('invalidParameter.msgKey.empty');
  if (!isMessageKey(key)) {
    state.find(`${path}: there is no msgKey ${key}`);
    refuse('invalidParameter.msgKey.invalid');
  }
  const params = typeof given === 'string' ? parsed(given) : null;
  if (!isObject(params)) {
    state.find(`${path}: msgParam is no string of JSON`);
    return refuse('invalidParameter.msgParam.invalid');
  }
  if (bytesOf(asText(given)) > MOST_PARAM) {
    state.find(`${path}: msgParam has ${bytesOf(asText(given))} bytes`);
    refuse('invalidParameter.msgParam.tooLong');
  }
  return robotContent(state, key, params, path) ?? refuse('invalidParameter.msgParam.invalid');
}

/** Takes messages of the robot back; `conversation` null: one-to-one ones. */
function recall({ state }: DingTalk, { args }: Asked, conversation: string | null): Json {
  const keys = asTexts(args['processQueryKeys']);
  if (keys.length === 0 || keys.length > MOST_KEYS) refuse('invalidParameter.processQueryKeys.invalid');
  const successResult: string[] = [];
  const failedResult: Record<string, string> = {};
  for (const key of keys) {
    const found = state.messages.filter(
      (m) =>
        m.id === key &&
        m.from === null &&
        !m.deleted &&
        (conversation === null ? !state.groups.has(m.conversation) : m.conversation === conversation),
    );
    const isLate = conversation === null && found.some((m) => state.now() - m.sentAt.getTime() > RECALL_MS);
    if (found.length === 0 || isLate) {
      failedResult[key] = isLate ? 'recall.timeout' : 'message.not.exist';
      continue;
    }
    for (const message of found) remove(state, message);
    successResult.push(key);
  }
  return { successResult, failedResult };
}

const sentAs = ({ state }: DingTalk, key: string) => {
  const found = state.messages.filter((m) => m.id === key && m.from === null);
  return found.length === 0 ? refuse('resource.not.found') : found;
};

export const ROBOT: Endpoints = {
  'POST /v1.0/robot/groupMessages/send': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      const { state } = ding;
      checkRobot(state, asked.args['robotCode']);
      const conversation = groupIn(state, asked.args);
      const { id } = store(state, { ...contentIn(ding, asked), conversation, from: null });
      return { processQueryKey: id };
    },
  },
  'POST /v1.0/robot/oToMessages/batchSend': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      const { state } = ding;
      checkRobot(state, asked.args['robotCode']);
      const users = asTexts(asked.args['userIds']);
      if (users.length === 0) refuse('invalidParameter.userIds.empty');
      if (users.length > MOST_USERS) {
        state.find(`${asked.path}: ${users.length} people at once`);
        refuse('invalidParameter.userIds.overMax');
      }
      const content = contentIn(ding, asked);
      const isKnown = (id: string): boolean => {
        const user = state.users.get(id);
        return user !== undefined && user.active && !user.external;
      };
      const isHeldBack = (id: string): boolean => state.flowControlled.has(id) || asked.undelivered !== null;
      const id = nextKey(state);
      for (const user of users)
        if (isKnown(user) && !isHeldBack(user)) store(state, { ...content, id, conversation: user, from: null });
      return {
        processQueryKey: id,
        invalidStaffIdList: users.filter((user) => !isKnown(user)),
        flowControlledStaffIdList: users.filter((user) => isKnown(user) && isHeldBack(user)),
      };
    },
  },
  'POST /v1.0/robot/groupMessages/recall': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      checkRobot(ding.state, asked.args['robotCode']);
      return recall(ding, asked, groupIn(ding.state, asked.args));
    },
  },
  'POST /v1.0/robot/otoMessages/batchRecall': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, asked) {
      checkRobot(ding.state, asked.args['robotCode']);
      return recall(ding, asked, null);
    },
  },
  'POST /v1.0/robot/groupMessages/query': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, { args }) {
      checkRobot(ding.state, args['robotCode']);
      groupIn(ding.state, args);
      const [message] = sentAs(ding, asText(args['processQueryKey']));
      return { sendStatus: message?.deleted === true ? 'RECALLED' : 'SUCCESS', readUserIds: [], hasMore: false };
    },
  },
  'GET /v1.0/robot/oToMessages/readStatus': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run(ding, { query }) {
      checkRobot(ding.state, query['robotCode']);
      const found = sentAs(ding, query['processQueryKey'] ?? '');
      return {
        sendStatus: found.every(({ deleted }) => deleted) ? 'RECALLED' : 'SUCCESS',
        messageReadInfoList: found.map(({ conversation }) => ({
          name: ding.state.users.get(conversation)?.name ?? '',
          userId: conversation,
          readStatus: 'UNREAD',
          readTimestamp: 0,
        })),
      };
    },
  },
  'POST /v1.0/robot/messageFiles/download': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run({ state, url }, { args }) {
      checkRobot(state, args['robotCode']);
      const file = state.downloads.get(asText(args['downloadCode']));
      if (file === undefined) return refuse('invalidParameter.robotCode.downloadCode');
      const key = state.next('file');
      state.downloads.set(key, file);
      return { downloadUrl: `${url}/files/${key}?Expires=${state.now() + 3_600_000}` };
    },
  },
  'POST /v1.0/robot/groups/robots/query': {
    api: 'new',
    scope: SCOPE,
    counts: true,
    run({ state }, { args }) {
      const id = asText(args['openConversationId']);
      const group = state.groups.get(id) ?? refuse('invalid.openConversationId');
      const own = { robotCode: state.app.robotCode, name: '工单', downloadIconURL: '', openRobotType: 1 };
      // Robots of others stand in groups as well.
      const other = { ...own, robotCode: 'dingotherrobot', name: '日报' };
      return { chatbotInstanceVOList: group.bot ? [other, own] : [other] };
    },
  },
};
