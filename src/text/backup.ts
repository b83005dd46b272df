import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
const day = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const FAULTS = {
  foreign: ['不是工单的备份', 'is no backup of Gongdan'],
  newer: ['是更新的版本写的，请用写它的版本恢复', 'was written by a newer version; restore it with that one'],
  damaged: [
    '不完整或被改动过，没有动任何数据，请换一份',
    'is cut short or was changed; nothing was touched, use another one',
  ],
  'passphrase-wrong': ['的口令不对，没有动任何数据', 'has another passphrase; nothing was touched'],
  'passphrase-missing': [
    '需要口令：设置 GONGDAN_BACKUP_PASSPHRASE 或 GONGDAN_BACKUP_PASSPHRASE_FILE，或在终端里输入',
    'takes a passphrase: set GONGDAN_BACKUP_PASSPHRASE or GONGDAN_BACKUP_PASSPHRASE_FILE, or type it in a terminal',
  ],
  'secret-wrong': [
    '是用另一个密钥加密的：先把当时的 secret.key 放回数据目录（或设置 GONGDAN_SECRET）',
    'is sealed with another secret: first put the secret.key of that time into the data folder, or set GONGDAN_SECRET',
  ],
  'secret-missing': [
    '需要当时的密钥：先把 secret.key 放回数据目录（或设置 GONGDAN_SECRET）',
    'needs the secret of that time: first put secret.key into the data folder, or set GONGDAN_SECRET',
  ],
} as const;

type Problem =
  | { readonly what: 'count'; readonly name: string; readonly expected: number; readonly found: number }
  | { readonly what: 'chain'; readonly number: number }
  | { readonly what: 'attachment'; readonly hash: string };

const problemZh = (p: Problem): string =>
  p.what === 'count'
    ? `${p.name} 应有 ${p.expected} 条，实有 ${p.found} 条`
    : p.what === 'chain'
      ? `T-${p.number} 的历史对不上`
      : `附件 ${p.hash.slice(0, 12)} 缺失或被改动`;
const problemEn = (p: Problem): string =>
  p.what === 'count'
    ? `${p.name} has ${p.found} documents instead of ${p.expected}`
    : p.what === 'chain'
      ? `the history of T-${p.number} does not add up`
      : `attachment ${p.hash.slice(0, 12)} is missing or was changed`;

/** What the operator reads of backups, restores and upgrades. */
export const backup = {
  made: entry<{ file: string; bytes: number; by: 'passphrase' | 'secret'; store: boolean }>({
    note: 'terminal, after a backup',
    sample: { file: 'shop.gongdan', bytes: 12_000_000, by: 'secret', store: true },
    zh: (p) =>
      `已备份到 ${p.file}（${megabytes(p.bytes)}）。${p.by === 'passphrase' ? '密钥也在里面：有这个文件和口令就能恢复' : '用本机密钥加密，密钥不在里面：请把 secret.key 另存一处，恢复时要用'}${p.store ? '' : '。里面没有数据库，请另用 mongodump'}`,
    en: (p) =>
      `Backed up to ${p.file} (${megabytes(p.bytes)}). ${p.by === 'passphrase' ? 'The secret is in it: this file and the passphrase are all a restore takes' : 'It is sealed with the secret of this installation, which is not in it: keep secret.key elsewhere, a restore takes it'}${p.store ? '' : '. The database is not in it; use mongodump as well'}`,
  }),
  restored: entry<{ file: string; at: Date; beside: string | null }>({
    note: 'terminal, after a restore; `beside`: where gongdan.yaml of the backup lies because another one stays',
    sample: { file: 'shop.gongdan', at: new Date('2026-11-11T04:30:00Z'), beside: null },
    zh: (p) =>
      `已从 ${p.file}（${day(p.at)} 的备份）恢复，可以启动了${p.beside === null ? '' : `。现有的 gongdan.yaml 没有动，备份里的那份在 ${p.beside}`}`,
    en: (p) =>
      `Restored from ${p.file} (made ${day(p.at)}); the bot can be started${p.beside === null ? '' : `. Your gongdan.yaml stays, that of the backup is in ${p.beside}`}`,
  }),
  unusable: entry<{ file: string; fault: keyof typeof FAULTS }>({
    note: 'terminal, a backup that cannot be restored or tested',
    sample: { file: 'shop.gongdan', fault: 'damaged' },
    zh: (p) => `${p.file} ${FAULTS[p.fault][0]}`,
    en: (p) => `${p.file} ${FAULTS[p.fault][1]}`,
  }),
  no_file: entry<{ file: string }>({
    note: 'terminal, a restore or a test of a file that is not there',
    sample: { file: 'shop.gongdan' },
    zh: (p) => `没有文件 ${p.file}`,
    en: (p) => `There is no file ${p.file}`,
  }),
  file_exists: entry<{ file: string }>({
    note: 'terminal, a backup into a file that exists',
    sample: { file: 'shop.gongdan' },
    zh: (p) => `${p.file} 已经存在，请换个文件名`,
    en: (p) => `${p.file} exists; choose another name`,
  }),
  no_store: entry<{ folder: string }>({
    note: 'terminal, a backup before the bot was ever started',
    sample: { folder: './data/store' },
    zh: (p) => `${p.folder} 里还没有数据`,
    en: (p) => `There is no data in ${p.folder} yet`,
  }),
  has_data: entry<{ folder: string }>({
    note: 'terminal, a restore into a folder that has data',
    sample: { folder: './data' },
    zh: (p) => `${p.folder} 里已有数据，加上 --replace 才会用备份替换`,
    en: (p) => `${p.folder} has data already; --replace puts the backup in its place`,
  }),
  other_secret: line(
    'terminal, a restore whose secret is not the one that is set',
    '备份里的密钥与 GONGDAN_SECRET 或 GONGDAN_SECRET_FILE 不同：请先取消这个设置再恢复，备份里的密钥会放进数据目录',
    'The secret in this backup is not that of GONGDAN_SECRET or GONGDAN_SECRET_FILE: unset it and restore again, and the one of the backup goes into the data folder',
  ),
  none_yet: line(
    'terminal, backup test without a file and without any backup',
    '还没有备份，先运行 backup FILE',
    'There is no backup yet; make one with backup FILE',
  ),
  passphrase: line(
    'terminal, question before a backup; what is typed does not show',
    '口令（直接回车：用本机密钥加密）：',
    'Passphrase (Enter alone: sealed with the secret of this installation): ',
  ),
  passphrase_again: line('terminal, the same once more', '再输一遍：', 'Once more: '),
  passphrase_differs: line(
    'terminal, the two did not agree or it is too short',
    '两次输入的口令不同，或少于 12 个字符，没有备份',
    'The two differ, or have fewer than 12 characters; nothing was backed up',
  ),
  passphrase_of: entry<{ file: string }>({
    note: 'terminal, question before a restore or a test',
    sample: { file: 'shop.gongdan' },
    zh: (p) => `${p.file} 的口令：`,
    en: (p) => `Passphrase of ${p.file}: `,
  }),
  drilled: entry<{ file: string; at: Date; tickets: number; events: number; attachments: number }>({
    note: 'terminal, after a restore drill that found everything right',
    sample: {
      file: '2026-11-11T04-30.gongdan',
      at: new Date('2026-11-11T04:30:00Z'),
      tickets: 7,
      events: 40,
      attachments: 2,
    },
    zh: (p) =>
      `${p.file}（${day(p.at)} 的备份）可以恢复：${p.tickets} 张工单、${p.events} 条历史、${p.attachments} 个附件都已核对`,
    en: (p) =>
      `${p.file} (made ${day(p.at)}) can be restored: ${p.tickets} tickets with ${p.events} events and ${p.attachments} attachments were checked`,
  }),
  drill_failed: entry<{ file: string; problems: readonly Problem[] }>({
    note: 'terminal, a restore drill that found something wrong',
    sample: { file: 'shop.gongdan', problems: [{ what: 'chain', number: 4821 }] },
    zh: (p) => `${p.file} 有 ${p.problems.length} 处不对：\n${p.problems.map((x) => `  - ${problemZh(x)}`).join('\n')}`,
    en: (p) =>
      `${p.file} has ${p.problems.length === 1 ? 'one problem' : `${p.problems.length} problems`}:\n${p.problems.map((x) => `  - ${problemEn(x)}`).join('\n')}`,
  }),
  on_mongodb: line(
    'terminal, backup while MONGODB_URI is set',
    '数据在 MongoDB 里，请用 mongodump --uri "$MONGODB_URI" --archive=FILE --gzip；附件、gongdan.yaml 和密钥用 backup FILE --without-store',
    'The data is in MongoDB; use mongodump --uri "$MONGODB_URI" --archive=FILE --gzip, and backup FILE --without-store for attachments, gongdan.yaml and keys',
  ),
  restore_on_mongodb: line(
    'terminal, restore of a store while MONGODB_URI is set',
    '这份备份里有内置存储的数据，而现在用的是 MongoDB：请先取消 MONGODB_URI，或用 mongorestore --uri "$MONGODB_URI" --archive=FILE --gzip',
    'This backup holds an embedded store, and MONGODB_URI is set: unset it, or use mongorestore --uri "$MONGODB_URI" --archive=FILE --gzip',
  ),
  data_newer: entry<{ found: number; known: number }>({
    note: 'terminal, the data was written by a newer version of the program',
    sample: { found: 3, known: 1 },
    zh: (p) =>
      `数据的结构版本是 ${p.found}，这个程序只认识到 ${p.known}：请用更新的版本启动，或用这个版本恢复升级前的备份（before-upgrade）`,
    en: (p) =>
      `The data has schema version ${p.found}, this program knows versions up to ${p.known}: start the newer program again, or restore the backup that was made before the upgrade (before-upgrade) with this one`,
  }),
  dump_first: entry<{ found: number; newest: number }>({
    note: 'terminal, an upgrade of data in MongoDB that was not backed up',
    sample: { found: 0, newest: 1 },
    zh: (p) =>
      `数据的结构要从版本 ${p.found} 升级到 ${p.newest}：停掉所有进程，用 mongodump 备份，再运行 npm run gongdan -- upgrade --backed-up`,
    en: (p) =>
      `The data is to be upgraded from schema version ${p.found} to ${p.newest}: stop all processes, back up with mongodump, then run npm run gongdan -- upgrade --backed-up`,
  }),
  upgrade_first: entry<{ found: number; newest: number }>({
    note: 'terminal, a command on data of an older version',
    sample: { found: 0, newest: 1 },
    zh: (p) => `数据的结构还是版本 ${p.found}（现在是 ${p.newest}），先运行 npm run gongdan -- upgrade`,
    en: (p) =>
      `The data still has schema version ${p.found} (now it is ${p.newest}); run npm run gongdan -- upgrade first`,
  }),
  upgraded: entry<{ from: number; to: number; backup: string | null }>({
    note: 'terminal, after an upgrade',
    sample: { from: 0, to: 1, backup: 'data/backups/before-upgrade-v0.gongdan' },
    zh: (p) =>
      `数据结构已从版本 ${p.from} 升级到 ${p.to}${p.backup === null ? '' : `，升级前的备份：${p.backup}`}，可以启动了`,
    en: (p) =>
      `The data was upgraded from schema version ${p.from} to ${p.to}${p.backup === null ? '' : `; the backup before it is ${p.backup}`}. The bot can be started`,
  }),
  up_to_date: entry<{ version: number }>({
    note: 'terminal, an upgrade that is not needed',
    sample: { version: 1 },
    zh: (p) => `数据结构已是最新（版本 ${p.version}），不用升级`,
    en: (p) => `The data has the newest schema version (${p.version}); there is nothing to upgrade`,
  }),
  finished_start_again: line(
    'terminal, the start ended a restore that had been cut, and gongdan.yaml has only now come into its place',
    '上次中断的恢复已经完成，gongdan.yaml 刚放好，请再启动一次',
    'The restore that had been cut is complete and gongdan.yaml is only now in its place; start again',
  ),
};
