import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const summary = (zh: string, en: string): Entry<null> => line('one line per verb of the command line', zh, en);
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;

/** What a key of the API is made of. */
export type KeyThing = 'scope' | 'shop' | 'person' | 'key';
const THINGS: Readonly<Record<KeyThing, readonly [zh: string, en: string]>> = {
  scope: ['权限', 'scope'],
  shop: ['店铺', 'shop'],
  person: ['人', 'person'],
  key: ['有效的密钥', 'active key'],
};

/** What the command line says to the operator. */
export const cli = {
  usage: entry<{ unknown: string | null }>({
    note: 'above the list of verbs',
    sample: { unknown: 'inbx list' },
    zh: (p) => `${p.unknown === null ? '' : `没有「${p.unknown}」这个命令。\n`}用法：npm run gongdan -- 命令`,
    en: (p) => `${p.unknown === null ? '' : `There is no command "${p.unknown}".\n`}Usage: npm run gongdan -- COMMAND`,
  }),
  start: summary('启动（不写命令也是启动）', 'start the bot (also without any command)'),
  init: summary('五个问题，写一份新的 gongdan.yaml', 'five questions, then a fresh gongdan.yaml'),
  admin_code: summary('换一个新的管理员验证码', 'print a new code that makes an admin'),
  link_code: summary('给一位同事一个验证码，把账号绑定到本人', 'print a code by which a colleague links an account'),
  inbox_list: summary('列出多次处理失败、已搁置的来件', 'list events that failed too often and were parked'),
  inbox_replay: summary('把搁置的来件重新处理', 'put parked events back to work'),
  dead_letters_list: summary('列出发不出去的消息', 'list messages that could not be delivered'),
  dead_letters_replay: summary('重新发送这些消息', 'deliver them again'),
  jobs: summary('定时任务：做什么、上次、下次、是否正常', 'the jobs: what they do, last run, next run, what is wrong'),
  trace: summary('一张工单或一个错误编号的来龙去脉', 'everything that happened to a ticket, or behind an error number'),
  doctor: summary('检查一遍：哪里不对，该怎么办', 'look at everything: what is wrong, and what to do'),
  doctor_slack: summary(
    '检查 Slack；--send 走一遍真的测试工单',
    'look at everything about Slack; --send sends a test ticket the whole way',
  ),
  doctor_dingtalk: summary(
    '检查钉钉；--send 走一遍真的测试工单',
    'look at everything about DingTalk; --send sends a test ticket the whole way',
  ),
  doctor_wecom: summary(
    '检查企业微信；--send 走一遍真的测试工单',
    'look at everything about WeCom; --send sends a test ticket the whole way',
  ),
  failed: entry<{ number: string }>({
    note: 'terminal, a command that failed for a reason of ours',
    sample: { number: 'E-7F3K2M' },
    zh: (p) => `没做成，编号 ${p.number}。用 gongdan trace ${p.number} 查看`,
    en: (p) => `That failed; its number is ${p.number}. gongdan trace ${p.number} shows it`,
  }),
  backup: summary(
    '把数据、附件、gongdan.yaml 和密钥备份到一个加密文件，运行中也可以',
    'back up data, attachments, gongdan.yaml and keys into one sealed file, even while the bot runs',
  ),
  backup_test: summary('演练恢复最新的（或这份）备份，并逐项核对', 'restore the newest (or this) backup for a test'),
  restore: summary('从备份恢复', 'restore a backup'),
  upgrade: summary('不启动，只升级数据结构（先备份）', 'upgrade the data without starting (backs up first)'),
  compact: summary('回收内置存储的空闲空间', 'reclaim free space in the embedded store'),
  hook_log: summary('列出最近的 webhook 推送', 'list the newest webhook deliveries'),
  hook_replay: summary('重新推送，编号和内容都不变', 'deliver them again, under the same id'),
  hook_pause: summary('暂停一个推送，事件先留着', 'pause a webhook; events are kept'),
  hook_resume: summary('恢复一个推送，补发留着的事件', 'resume a webhook and send what was kept'),
  hook_secret: summary(
    '给 webhook 换一个新密钥，旧的暂时还能用',
    'make a fresh secret for a webhook beside the old one',
  ),
  db_uri: summary('内置存储的地址，给 mongosh 用', 'address of the embedded store, for mongosh'),
  db_copy: summary('把全部数据复制到 MongoDB，可续传', 'copy everything to MongoDB; can be resumed'),
  parked: entry<{ count: number }>({
    note: 'above the list of parked events',
    sample: { count: 2 },
    zh: (p) => (p.count === 0 ? '没有搁置的来件' : `搁置的来件 ${p.count} 条：`),
    en: (p) => (p.count === 0 ? 'No parked events' : `Parked events: ${p.count}`),
  }),
  dead_letters: entry<{ count: number }>({
    note: 'above the list of undeliverable messages',
    sample: { count: 2 },
    zh: (p) => (p.count === 0 ? '没有发不出去的消息' : `发不出去的消息 ${p.count} 条：`),
    en: (p) => (p.count === 0 ? 'No dead letters' : `Dead letters: ${p.count}`),
  }),
  replayed: entry<{ count: number }>({
    note: 'after a replay',
    sample: { count: 2 },
    zh: (p) => `已重新放入队列：${p.count} 条`,
    en: (p) => `Back in the queue: ${p.count}`,
  }),
  hook_deliveries: entry<{ count: number; paused: readonly string[] }>({
    note: 'above the list of webhook deliveries; the paused subscriptions',
    sample: { count: 12, paused: ['erp'] },
    zh: (p) =>
      `${p.count === 0 ? '没有推送记录' : `最近的推送 ${p.count} 条`}${p.paused.length === 0 ? '' : `；暂停中：${p.paused.join('、')}`}`,
    en: (p) =>
      `${p.count === 0 ? 'No deliveries' : `Newest deliveries: ${p.count}`}${p.paused.length === 0 ? '' : `; paused: ${p.paused.join(', ')}`}`,
  }),
  which_subscription: entry<{ name: string; known: readonly string[] }>({
    note: 'hook pause, resume or replay without a subscription of the shop',
    sample: { name: 'epr', known: ['erp', 'wms'] },
    zh: (p) =>
      `${p.name === '' ? '请写上推送的名字' : `没有「${p.name}」这个推送`}，${p.known.length === 0 ? 'gongdan.yaml 的 subscriptions 里一个也没有' : `现有：${p.known.join('、')}`}`,
    en: (p) =>
      `${p.name === '' ? 'Name the webhook' : `There is no webhook "${p.name}"`}; ${p.known.length === 0 ? 'gongdan.yaml has none under subscriptions' : `known are ${p.known.join(', ')}`}`,
  }),
  hook_paused: entry<{ name: string }>({
    note: 'after hook pause',
    sample: { name: 'erp' },
    zh: (p) => `推送 ${p.name} 已暂停，事件都留着。恢复：gongdan hook resume ${p.name}`,
    en: (p) => `The webhook ${p.name} is paused; events are kept. To go on: gongdan hook resume ${p.name}`,
  }),
  hook_resumed: entry<{ name: string; count: number }>({
    note: 'after hook resume',
    sample: { name: 'erp', count: 12 },
    zh: (p) => `推送 ${p.name} 已恢复${p.count === 0 ? '' : `，补发 ${p.count} 条`}`,
    en: (p) => `The webhook ${p.name} goes on${p.count === 0 ? '' : `; sending what was kept: ${p.count}`}`,
  }),
  which_hook: line(
    'hook secret without a webhook',
    '请写上是哪个 webhook：推出去的写 out:NAME，接进来的写 in:NAME',
    'Name the webhook: out:NAME for what is sent, in:NAME for what comes in',
  ),
  secret_made: entry<{ hook: string; secret: string; old: boolean }>({
    note: 'after hook secret: the only time it is shown',
    sample: { hook: 'out:erp', secret: '3q2-7wAAb8JmV1xkT0pYzgq5Hc9nR4sLdE6uWfXa2Bi', old: true },
    zh: (p) =>
      `${p.hook} 的新密钥，只显示这一次：\n${p.secret}\n马上可用。${p.old ? `前一个也还能用；两边都换好后：gongdan hook secret ${p.hook} --end-old` : ''}`,
    en: (p) =>
      `The fresh secret of ${p.hook}, shown this once:\n${p.secret}\nIt is valid at once.${p.old ? ` So is the one before, until gongdan hook secret ${p.hook} --end-old` : ''}`,
  }),
  secret_ended: entry<{ hook: string }>({
    note: 'after hook secret --end-old',
    sample: { hook: 'out:erp' },
    zh: (p) => `${p.hook} 现在只认最新的密钥`,
    en: (p) => `Only the newest secret of ${p.hook} is valid now`,
  }),
  no_secret: entry<{ hook: string }>({
    note: 'hook secret --end-old for a webhook without any',
    sample: { hook: 'out:erp' },
    zh: (p) => `${p.hook} 还没有密钥，先运行：gongdan hook secret ${p.hook}`,
    en: (p) => `${p.hook} has no secret yet; first run gongdan hook secret ${p.hook}`,
  }),
  which_ids: line('a replay without ids', '请写上要重放的编号，或 --all', 'Name the ids to replay, or --all'),
  which_file: line('a backup or restore without a file', '请写上文件名', 'Name the file'),
  compacted: entry<{ before: number; after: number }>({
    note: 'after a compaction',
    sample: { before: 52_000_000, after: 12_000_000 },
    zh: (p) => `已压缩：${megabytes(p.before)} → ${megabytes(p.after)}`,
    en: (p) => `Compacted: ${megabytes(p.before)} to ${megabytes(p.after)}`,
  }),
  compact_instead: line(
    'compact while MONGODB_URI is set',
    '数据在 MongoDB 里，请改用：mongosh "$MONGODB_URI" --eval \'db.getCollectionNames().forEach((c) => db.runCommand({ compact: c }))\'',
    'The data is in MongoDB; use instead: mongosh "$MONGODB_URI" --eval \'db.getCollectionNames().forEach((c) => db.runCommand({ compact: c }))\'',
  ),
  uri_is_yours: line(
    'db uri with MONGODB_URI',
    '数据在 MongoDB 里，地址就是 MONGODB_URI',
    'The data is in MongoDB; its address is MONGODB_URI',
  ),
  not_running: entry<{ folder: string }>({
    note: 'db uri without a running bot',
    sample: { folder: './data/store' },
    zh: (p) => `${p.folder} 的存储没有在运行，先 npm start`,
    en: (p) => `The store in ${p.folder} is not running; npm start first`,
  }),
  stop_first: line(
    'a verb that needs the store for itself',
    '请先停止正在运行的工单进程',
    'Stop the running bot first',
  ),
  copy_where: line(
    'db copy without a target',
    '请写上目标：db copy --to mongodb://…',
    'Name the target: db copy --to mongodb://…',
  ),
  copied: entry<{ collections: number; documents: number }>({
    note: 'after a copy',
    sample: { collections: 17, documents: 1_204 },
    zh: (p) =>
      `已复制 ${p.collections} 个集合、${p.documents} 条数据，数量与内容都已核对。把 MONGODB_URI 设为目标地址后启动`,
    en: (p) =>
      `Copied ${p.documents} documents of ${p.collections} collections; counts and contents agree. Set MONGODB_URI to the target and start`,
  }),
  key_create: summary('给别的系统一把 API 密钥，只显示一次', 'make an API key for another system; shown once'),
  key_list: summary('列出 API 密钥', 'list the API keys'),
  key_revoke: summary('作废一把 API 密钥，两秒内生效', 'end an API key, within two seconds'),
  key_usage: line(
    'key create without a proper name or with an unknown option',
    '请写上名字（小写字母、数字、. _ -，最多 40 个字符），例如：key create erp --shop tea --may-act-as lilei',
    'Name the key (lower-case letters, digits, . _ -, at most 40), for instance: key create erp --shop tea --may-act-as lilei',
  ),
  key_taken: entry<{ name: string }>({
    note: 'key create with a name that was used before',
    sample: { name: 'erp' },
    zh: (p) => `已经有名为 ${p.name} 的密钥（作废的也算：历史记录里还写着它），请换一个名字`,
    en: (p) => `There is a key named ${p.name} already (also a revoked one: histories name it); take another name`,
  }),
  key_unknown: entry<{ thing: KeyThing; value: string; suggestion: string | null }>({
    note: 'a name on the line of key create or key revoke that points at nothing',
    sample: { thing: 'shop', value: 'taa', suggestion: 'tea' },
    zh: (p) => `没有这个${THINGS[p.thing][0]}：${p.value}${p.suggestion === null ? '' : `，是不是 ${p.suggestion}？`}`,
    en: (p) =>
      `There is no ${THINGS[p.thing][1]} "${p.value}"${p.suggestion === null ? '' : `; did you mean ${p.suggestion}?`}`,
  }),
  which_person: line(
    'link-code without a person',
    '请写上是谁：gongdan.yaml 里的编号，或姓名',
    'Name the person: their id in gongdan.yaml, or their name',
  ),
  person_unknown: entry<{ value: string; suggestion: string | null }>({
    note: 'link-code with somebody the directory does not have',
    sample: { value: 'lilie', suggestion: 'lilei' },
    zh: (p) => `没有这个人：${p.value}${p.suggestion === null ? '' : `，是不是 ${p.suggestion}？`}`,
    en: (p) => `There is nobody "${p.value}"${p.suggestion === null ? '' : `; did you mean ${p.suggestion}?`}`,
  }),
  person_several: entry<{ value: string; ids: readonly string[] }>({
    note: 'link-code with a name that several people have; their ids',
    sample: { value: '李雷', ids: ['lilei', 'lilei2'] },
    zh: (p) => `叫${p.value}的有 ${p.ids.length} 位，请写编号：${p.ids.join('、')}`,
    en: (p) => `${p.ids.length} people are called ${p.value}; use an id: ${p.ids.join(', ')}`,
  }),
  key_rate: entry<{ most: number }>({
    note: 'key create with a rate that is none',
    sample: { most: 10_000 },
    zh: (p) => `--rate 是每秒请求数，1 到 ${p.most}`,
    en: (p) => `--rate is requests a second, 1 to ${p.most}`,
  }),
  key_made: entry<{ name: string; scopes: readonly string[] }>({
    note: 'above a new key',
    sample: { name: 'erp', scopes: ['tickets:read', 'tickets:write'] },
    zh: (p) => `密钥 ${p.name}（${p.scopes.join('、')}），只显示这一次：`,
    en: (p) => `Key ${p.name} (${p.scopes.join(', ')}); it is shown this once:`,
  }),
  key_revoked: entry<{ name: string }>({
    note: 'after key revoke',
    sample: { name: 'erp' },
    zh: (p) => `密钥 ${p.name} 已作废，两秒内停止生效`,
    en: (p) => `Key ${p.name} is revoked and stops within two seconds`,
  }),
  keys: entry<{ count: number }>({
    note: 'above the list of keys',
    sample: { count: 2 },
    zh: (p) => (p.count === 0 ? '还没有 API 密钥' : `API 密钥 ${p.count} 把：`),
    en: (p) => (p.count === 0 ? 'No API keys' : `API keys: ${p.count}`),
  }),
  start_first: line(
    'a verb that has to know the shop, before the first start',
    '还没有店铺数据，请先启动一次：npm start',
    'The shop is not known yet; start the bot once: npm start',
  ),
};
