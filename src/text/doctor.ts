import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor: ${note}`, sample: null, zh: () => zh, en: () => en });
/** What to do about a finding. */
const todo = (zh: string, en: string): Entry<null> => line('what to do about the finding above it', zh, en);

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
const LEVEL = { ok: ['正常', 'ok     '], warning: ['注意', 'warning'], problem: ['问题', 'problem'] } as const;
const KIND = { embedded: ['内置存储', 'the embedded store'], mongodb: ['MongoDB', 'MongoDB'] } as const;
type Kind = keyof typeof KIND;
const HOLDER = {
  gongdan: ['另一个工单机器人', 'another Gongdan'],
  other: ['别的程序', 'another program'],
  forbidden: ['系统（没有权限）', 'the system (no permission)'],
  'no-host': ['没有人：本机没有这个地址', 'nobody: this machine has no such address'],
} as const;

/** What `gongdan doctor` finds, and what to do about it. */
export const doctor = {
  level: entry<{ level: keyof typeof LEVEL }>({
    note: 'terminal, first word of a finding; all of one width',
    sample: { level: 'warning' },
    zh: (p) => LEVEL[p.level][0],
    en: (p) => LEVEL[p.level][1],
  }),
  todo: entry<{ todo: string }>({
    note: 'terminal, below a finding: what to do',
    sample: { todo: 'npm start' },
    zh: (p) => `→ ${p.todo}`,
    en: (p) => `→ ${p.todo}`,
  }),

  store_ok: entry<{ kind: Kind; ms: number }>({
    note: 'terminal, gongdan doctor: the store answers',
    sample: { kind: 'embedded', ms: 3 },
    zh: (p) => `${KIND[p.kind][0]}有回应，${p.ms} 毫秒`,
    en: (p) => `${KIND[p.kind][1]} answers within ${p.ms} ms`,
  }),
  store_none: line(
    'nothing was stored yet',
    '还没有数据，第一次启动时建立',
    'nothing is stored yet; the first start makes it',
  ),
  store_slow: entry<{ kind: Kind; ms: number }>({
    note: 'terminal, gongdan doctor: the store takes long to answer',
    sample: { kind: 'mongodb', ms: 1_200 },
    zh: (p) => `${KIND[p.kind][0]}回应要 ${p.ms} 毫秒`,
    en: (p) => `${KIND[p.kind][1]} takes ${p.ms} ms to answer`,
  }),
  store_slow_todo: entry<{ kind: Kind }>({
    note: 'terminal, what to do about a slow store',
    sample: { kind: 'mongodb' },
    zh: (p) => (p.kind === 'mongodb' ? '看看到数据库的网络和数据库的负载' : '看看磁盘和处理器被谁占着'),
    en: (p) =>
      p.kind === 'mongodb'
        ? 'look at the network to the database and at its load'
        : 'see what keeps the disk and the processor busy',
  }),
  store_away: entry<{ kind: Kind; detail: string }>({
    note: 'terminal, gongdan doctor: the store cannot be used; the detail comes from the store',
    sample: { kind: 'mongodb', detail: 'connect ECONNREFUSED 127.0.0.1:27017' },
    zh: (p) => `${KIND[p.kind][0]}用不了：${p.detail}`,
    en: (p) => `${KIND[p.kind][1]} cannot be used: ${p.detail}`,
  }),
  store_away_todo: entry<{ kind: Kind }>({
    note: 'terminal, what to do about a store that cannot be used',
    sample: { kind: 'mongodb' },
    zh: (p) =>
      p.kind === 'mongodb'
        ? '检查 MONGODB_URI，让数据库恢复；机器人不用重启'
        : '按这句话处理；数据损坏时用 gongdan restore 恢复备份',
    en: (p) =>
      p.kind === 'mongodb'
        ? 'check MONGODB_URI and bring the database back; the bot need not be restarted'
        : 'do what the sentence says; where the data is damaged, gongdan restore a backup',
  }),

  disk_ok: entry<{ free: number; store: number }>({
    note: 'terminal, gongdan doctor: enough free space',
    sample: { free: 52_000_000_000, store: 12_000_000 },
    zh: (p) => `剩余空间 ${megabytes(p.free)}，存储占 ${megabytes(p.store)}`,
    en: (p) => `${megabytes(p.free)} free, the store takes ${megabytes(p.store)}`,
  }),
  disk_full: entry<{ folder: string; free: number }>({
    note: 'terminal, gongdan doctor: hardly any space left',
    sample: { folder: '/srv/gongdan/data', free: 90_000_000 },
    zh: (p) => `${p.folder} 只剩 ${megabytes(p.free)}，写满之后什么也收不下`,
    en: (p) => `${p.folder} has ${megabytes(p.free)} left; once it is full nothing can be taken in`,
  }),
  disk_full_todo: todo(
    '现在就腾出空间：删旧备份、清日志，或者换大一点的磁盘',
    'make room now: delete old backups and logs, or move to a larger disk',
  ),
  disk_tight: entry<{ free: number; store: number }>({
    note: 'terminal, gongdan doctor: not enough space for a backup or a compaction',
    sample: { free: 900_000_000, store: 1_200_000_000 },
    zh: (p) => `剩 ${megabytes(p.free)}，存储占 ${megabytes(p.store)}：放不下一份备份`,
    en: (p) => `${megabytes(p.free)} left and the store takes ${megabytes(p.store)}: a backup does not fit`,
  }),
  disk_tight_todo: todo(
    '腾出空间；停机后 gongdan compact 可以回收空闲空间',
    'make room; with the bot stopped, gongdan compact gives free space back',
  ),

  clock_ok: line('the clock is right', '时钟没有问题', 'the clock is plausible'),
  clock_year: entry<{ year: number }>({
    note: 'terminal, gongdan doctor: a clock that is years off',
    sample: { year: 1970 },
    zh: (p) => `这台机器的时钟在 ${p.year} 年`,
    en: (p) => `this machine's clock stands in the year ${p.year}`,
  }),
  clock_back: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: files were written in the future of the clock',
    sample: { ms: 3_600_000 },
    zh: (p, f) => `时钟被拨回去了：有数据写在 ${f.duration(p.ms)}之后`,
    en: (p, f) => `the clock was set back: data was written ${f.duration(p.ms)} in its future`,
  }),
  clock_apart: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: database and bot disagree about the time',
    sample: { ms: 42_000 },
    zh: (p, f) => `数据库的时钟比这台机器${p.ms > 0 ? '快' : '慢'} ${f.duration(Math.abs(p.ms))}`,
    en: (p, f) =>
      `the database's clock is ${f.duration(Math.abs(p.ms))} ${p.ms > 0 ? 'ahead of' : 'behind'} this machine's`,
  }),
  clock_todo: todo(
    '打开时间同步（chrony 或 systemd-timesyncd）；期限、限流和签名都按时钟算',
    'turn on time synchronisation (chrony or systemd-timesyncd): promises, limits and signatures go by the clock',
  ),

  port_any: line('PORT=0', '端口由系统挑选', 'the system picks the port'),
  port_ok: entry<{ host: string; port: number; held: 'ours' | 'free' }>({
    note: 'terminal, gongdan doctor: the port is free, or the bot has it',
    sample: { host: '127.0.0.1', port: 3000, held: 'ours' },
    zh: (p) => (p.held === 'ours' ? `机器人在 ${p.host}:${p.port} 上运行` : `${p.host}:${p.port} 空着，机器人没有运行`),
    en: (p) =>
      p.held === 'ours'
        ? `the bot listens on ${p.host}:${p.port}`
        : `${p.host}:${p.port} is free; the bot is not running`,
  }),
  port_taken: entry<{ host: string; port: number; held: keyof typeof HOLDER }>({
    note: 'terminal, gongdan doctor: the port cannot be had',
    sample: { host: '127.0.0.1', port: 3000, held: 'other' },
    zh: (p) => `${p.host}:${p.port} 被占着：${HOLDER[p.held][0]}`,
    en: (p) => `${p.host}:${p.port} is held by ${HOLDER[p.held][1]}`,
  }),
  port_todo: entry<{ port: number; held: keyof typeof HOLDER }>({
    note: 'terminal, what to do about a port that cannot be had',
    sample: { port: 3000, held: 'other' },
    zh: (p) =>
      p.held === 'no-host'
        ? '把 HOST 改成本机的地址'
        : p.held === 'forbidden'
          ? '把 PORT 改成 1024 以上'
          : `停掉它，或者换一个端口：PORT=${p.port + 1}`,
    en: (p) =>
      p.held === 'no-host'
        ? 'set HOST to an address of this machine'
        : p.held === 'forbidden'
          ? 'set PORT to 1024 or above'
          : `stop it, or take another port: PORT=${p.port + 1}`,
  }),

  url_local: line(
    'no PUBLIC_URL, and only this machine is served',
    '没有设 PUBLIC_URL，只有这台机器能访问',
    'PUBLIC_URL is not set; only this machine is served',
  ),
  url_none: entry<{ host: string }>({
    note: 'terminal, gongdan doctor: the bot serves other machines but does not know its address',
    sample: { host: '0.0.0.0' },
    zh: (p) => `HOST 是 ${p.host}，但没有设 PUBLIC_URL：卡片里的图片链接别人打不开`,
    en: (p) => `HOST is ${p.host} but PUBLIC_URL is not set: links to pictures on cards lead nowhere`,
  }),
  url_none_todo: todo(
    '把 PUBLIC_URL 设成大家访问机器人的 https 地址',
    'set PUBLIC_URL to the https address people reach the bot at',
  ),
  url_ok: entry<{ url: string; asked: boolean }>({
    note: 'terminal, gongdan doctor: PUBLIC_URL is right',
    sample: { url: 'https://desk.example.com', asked: true },
    zh: (p) => (p.asked ? `${p.url} 通到这个机器人` : `${p.url}（机器人没有运行，没法试）`),
    en: (p) => (p.asked ? `${p.url} leads to this bot` : `${p.url} (not tried: the bot is not running)`),
  }),
  url_plain: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: PUBLIC_URL is http',
    sample: { url: 'http://desk.example.com' },
    zh: (p) => `${p.url} 没有加密：图片链接和平台回调谁都看得到`,
    en: (p) => `${p.url} is not encrypted: links to pictures and what platforms send can be read on the way`,
  }),
  url_plain_todo: todo(
    '在前面放一个带证书的反向代理，PUBLIC_URL 用 https',
    'put a reverse proxy with a certificate before it and use https in PUBLIC_URL',
  ),
  url_silent: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: nobody answers at PUBLIC_URL',
    sample: { url: 'https://desk.example.com' },
    zh: (p) => `${p.url} 三秒内没有回应`,
    en: (p) => `${p.url} does not answer within 3 s`,
  }),
  url_silent_todo: todo(
    '检查域名解析、证书、防火墙，和反向代理有没有开着',
    'check the name, the certificate, the firewall, and whether the reverse proxy is up',
  ),
  url_other: entry<{ url: string }>({
    note: 'terminal, gongdan doctor: something else answers at PUBLIC_URL',
    sample: { url: 'https://desk.example.com' },
    zh: (p) => `${p.url} 有回应，但不是这个机器人`,
    en: (p) => `${p.url} answers, but it is not this bot`,
  }),
  url_other_todo: todo(
    '把反向代理指到这个机器人的端口，或者改 PUBLIC_URL；几个进程共用一个地址时可以不管',
    "point the reverse proxy at this bot's port or change PUBLIC_URL; where several processes share the address this may be so",
  ),

  shop_ok: line('nothing wrong with the configuration', '店铺配置没有问题', 'the configuration has no problems'),
  shop_problems: entry<{ problems: string }>({
    note: 'terminal, gongdan doctor: gongdan.yaml has problems, listed with their lines',
    sample: { problems: 'gongdan.yaml:3 teams.aftersale' },
    zh: (p) => p.problems,
    en: (p) => p.problems,
  }),
  shop_problems_todo: todo('改好之前机器人启动不了', 'put these right: the bot does not start before'),
  no_admin: line('nobody can run the place', '还没有管理员', 'there is no admin yet'),
  no_admin_todo: todo(
    'gongdan admin-code 会打印一个验证码，单独发给机器人就成为管理员',
    'gongdan admin-code prints a code; whoever sends it to the bot alone is an admin',
  ),
  no_group: entry<{ teams: readonly string[] }>({
    note: 'terminal, gongdan doctor: teams whose tickets nobody sees',
    sample: { teams: ['aftersale', 'logistics'] },
    zh: (p) => `这些组没有群，新工单没人看得到：${p.teams.join('、')}`,
    en: (p) => `no group shows the tickets of: ${p.teams.join(', ')}`,
  }),
  no_group_todo: todo(
    '把机器人加进群，按卡片上的组名，或者在 gongdan.yaml 里写 groups',
    'add the bot to a group and press the team on its card, or write groups into gongdan.yaml',
  ),
  readable: entry<{ path: string }>({
    note: 'terminal, gongdan doctor: a secret file that other users can read',
    sample: { path: '/srv/gongdan/data/secret.key' },
    zh: (p) => `${p.path} 这台机器上的别人也能读`,
    en: (p) => `${p.path} can be read by other users of this machine`,
  }),
  readable_todo: entry<{ path: string }>({
    note: 'terminal, what to do about a secret file that is open',
    sample: { path: '/srv/gongdan/data/secret.key' },
    zh: (p) => `chmod 600 ${p.path}`,
    en: (p) => `chmod 600 ${p.path}`,
  }),

  jobs_ok: entry<{ count: number }>({
    note: 'terminal, gongdan doctor: all jobs are on time',
    sample: { count: 3 },
    zh: (p) => `${p.count} 个定时任务都准时`,
    en: (p) => `${p.count} jobs are on time`,
  }),
  jobs_resting: line(
    'jobs while the bot does not run',
    '机器人没有运行，定时任务停着',
    'the bot is not running, so no job is',
  ),
  jobs_none: line(
    'the bot runs without any job',
    '机器人在运行，却没有任何定时任务',
    'the bot runs, but there is no job',
  ),
  job_late: entry<{ job: string; ms: number; runs: boolean }>({
    note: 'terminal, gongdan doctor: a job is late, or has been running for long',
    sample: { job: 'wake', ms: 95_000, runs: false },
    zh: (p, f) => (p.runs ? `任务 ${p.job} 已经跑了 ${f.duration(p.ms)}` : `任务 ${p.job} 晚了 ${f.duration(p.ms)}`),
    en: (p, f) =>
      p.runs ? `job ${p.job} has been running for ${f.duration(p.ms)}` : `job ${p.job} is ${f.duration(p.ms)} late`,
  }),
  jobs_late_todo: todo(
    '看日志里这个任务的错误和处理器是否忙满；都没有就重启机器人，什么也不会丢',
    'look for its errors in the log and at the load; if there is neither, restart the bot: nothing is lost',
  ),
  job_failed: entry<{ job: string }>({
    note: 'terminal, gongdan doctor: the last run of a job failed',
    sample: { job: 'retention' },
    zh: (p) => `任务 ${p.job} 上一次没有成功`,
    en: (p) => `the last run of job ${p.job} failed`,
  }),
  job_failed_todo: todo(
    '日志里有它的错误编号，用 gongdan trace 查看；下一次会再试',
    'its error number is in the log: gongdan trace shows it; the next run tries again',
  ),

  budgets_ok: line(
    'nothing waits longer than a minute',
    '没有等了一分钟以上的发件',
    'nothing that goes out has waited for a minute',
  ),
  app_away: entry<{ app: string; ms: number; waiting: number }>({
    note: 'terminal, gongdan doctor: a platform does not answer',
    sample: { app: 'slack/T1', ms: 420_000, waiting: 132 },
    zh: (p, f) => `${p.app} 有 ${f.duration(p.ms)}没回应了，${p.waiting} 条在等`,
    en: (p, f) => `${p.app} has not answered for ${f.duration(p.ms)}; ${p.waiting} wait`,
  }),
  app_away_todo: todo(
    '看平台的状态页、代理和防火墙；恢复以后会自动补发，不用重启',
    "look at the platform's status page, the proxy and the firewall; everything goes out by itself afterwards",
  ),
  stuck: entry<{ app: string; count: number }>({
    note: 'terminal, gongdan doctor: rows that could go out do not',
    sample: { app: 'slack/T1', count: 12 },
    zh: (p) => `${p.app} 有 ${p.count} 条早就该发了，没有发`,
    en: (p) => `${p.app}: ${p.count} could have gone out a minute ago and did not`,
  }),
  stuck_todo: todo(
    '看日志里的投递错误；租约在死掉的进程手里时，15 秒后会换人',
    'look for delivery errors in the log; a lease that a dead process held is taken over after 15 s',
  ),
  limited: entry<{ app: string; count: number }>({
    note: 'terminal, gongdan doctor: a limit of a platform is used up',
    sample: { app: 'wecom/main', count: 40 },
    zh: (p) => `${p.app} 的限额用完了一分钟以上，${p.count} 条在等`,
    en: (p) => `a limit of ${p.app} has been used up for a minute; ${p.count} wait`,
  }),
  limited_todo: todo(
    '什么也不会丢；经常这样就把组分到更多的群里，限额见 adapters 里的 limits.ts',
    "nothing is lost; if it is often so, spread teams over more groups; the limits are in the adapter's limits.ts",
  ),

  backup_demo: line('the demo shop', '演示店铺不需要备份', 'the demo shop needs no backup'),
  backup_mongo: line(
    'data in MongoDB',
    '数据在 MongoDB 里，备份由 mongodump 做；附件和密钥用 gongdan backup --without-store',
    'the data is in MongoDB and mongodump backs it up; gongdan backup --without-store has attachments and keys',
  ),
  backup_ok: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: there is a fresh backup',
    sample: { ms: 7_200_000 },
    zh: (p, f) => `最近一份备份是 ${f.duration(p.ms)}前的`,
    en: (p, f) => `the newest backup is ${f.duration(p.ms)} old`,
  }),
  backup_none: line('there is no backup', '还没有备份', 'there is no backup'),
  backup_old: entry<{ ms: number }>({
    note: 'terminal, gongdan doctor: the newest backup is older than 26 hours',
    sample: { ms: 190_000_000 },
    zh: (p, f) => `最近一份备份是 ${f.duration(p.ms)}前的`,
    en: (p, f) => `the newest backup is ${f.duration(p.ms)} old`,
  }),
  backup_todo: todo(
    'gongdan backup 现在备份一份；每天的备份没有做，日志里有原因',
    'make one now with gongdan backup; the log says why there was none today',
  ),
  backup_untested: line(
    'no backup was ever restored',
    '备份从来没有试着恢复过',
    'no backup was ever restored for a test',
  ),
  backup_untested_todo: todo(
    '执行 gongdan backup test：没试过的备份不算备份',
    'run gongdan backup test: a backup nobody has tried is none',
  ),
};
