import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const summary = (zh: string, en: string): Entry<null> => line('one line per verb of the command line', zh, en);
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;

const INSTEAD = {
  mongodump: 'mongodump --uri "$MONGODB_URI" --archive=FILE --gzip',
  mongorestore: 'mongorestore --uri "$MONGODB_URI" --archive=FILE --gzip',
  compact: 'mongosh "$MONGODB_URI" --eval \'db.getCollectionNames().forEach((c) => db.runCommand({ compact: c }))\'',
} as const;

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
  inbox_list: summary('列出多次处理失败、已搁置的来件', 'list events that failed too often and were parked'),
  inbox_replay: summary('把搁置的来件重新处理', 'put parked events back to work'),
  dead_letters_list: summary('列出发不出去的消息', 'list messages that could not be delivered'),
  dead_letters_replay: summary('重新发送这些消息', 'deliver them again'),
  backup: summary(
    '备份内置存储到一个文件，运行中也可以',
    'copy the embedded store into one file, even while the bot runs',
  ),
  restore: summary('从备份文件恢复内置存储', 'restore the embedded store from a backup'),
  compact: summary('回收内置存储的空闲空间', 'reclaim free space in the embedded store'),
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
  which_ids: line('a replay without ids', '请写上要重放的编号，或 --all', 'Name the ids to replay, or --all'),
  which_file: line('a backup or restore without a file', '请写上文件名', 'Name the file'),
  backed_up: entry<{ file: string; bytes: number }>({
    note: 'after a backup',
    sample: { file: 'gongdan.backup', bytes: 12_000_000 },
    zh: (p) => `已备份到 ${p.file}（${megabytes(p.bytes)}）`,
    en: (p) => `Backed up to ${p.file} (${megabytes(p.bytes)})`,
  }),
  restored: entry<{ file: string }>({
    note: 'after a restore',
    sample: { file: 'gongdan.backup' },
    zh: (p) => `已从 ${p.file} 恢复，可以启动了`,
    en: (p) => `Restored from ${p.file}; the bot can be started`,
  }),
  compacted: entry<{ before: number; after: number }>({
    note: 'after a compaction',
    sample: { before: 52_000_000, after: 12_000_000 },
    zh: (p) => `已压缩：${megabytes(p.before)} → ${megabytes(p.after)}`,
    en: (p) => `Compacted: ${megabytes(p.before)} to ${megabytes(p.after)}`,
  }),
  use_instead: entry<{ tool: keyof typeof INSTEAD }>({
    note: 'a verb of the embedded store while MONGODB_URI is set',
    sample: { tool: 'mongodump' },
    zh: (p) => `数据在 MongoDB 里，请改用：${INSTEAD[p.tool]}`,
    en: (p) => `The data is in MongoDB; use instead: ${INSTEAD[p.tool]}`,
  }),
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
