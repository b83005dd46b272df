import { entry } from './entry.ts';

/** How a problem names the value it is about: never a secret, at most a few words. */
interface Setting {
  readonly name: string;
}
interface At {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Dotted path inside the file: `teams.aftersale.groups`. */
  readonly at: string;
}

const SHOP_THINGS = {
  team: ['组', 'team'],
  shop: ['店铺', 'shop'],
  category: ['分类', 'category'],
  customer: ['客户', 'customer'],
  person: ['人员', 'person'],
  disposition: ['处理结果', 'disposition'],
  conversation: ['会话', 'conversation'],
  place: ['渠道', 'place'],
  calendar: ['日历', 'calendar'],
  shift: ['班次', 'shift'],
} as const;
export type ShopThing = keyof typeof SHOP_THINGS;

const SHAPES = {
  text: ['一段文字', 'a text'],
  number: ['一个数字', 'a number'],
  truth: ['true 或 false', 'true or false'],
  list: ['一个列表（每行以 - 开头）', 'a list (each line starts with -)'],
  map: ['一组「名称: 值」', 'a set of "name: value" lines'],
} as const;
export type Shape = keyof typeof SHAPES;

const meantZh = (suggestion: string | null): string => (suggestion === null ? '' : `，是不是想写 ${suggestion}？`);
const meantEn = (suggestion: string | null): string => (suggestion === null ? '' : `; did you mean ${suggestion}?`);
const options = (list: readonly string[]): string => list.join(', ');

/** What the operator reads in the terminal: configuration problems and what `npm start` prints. */
export const setup = {
  settings_problems: entry<{ problems: readonly string[] }>({
    note: 'terminal, heading over everything that is wrong with the environment settings',
    sample: { problems: ['PORT 必须是 0 到 65535 的整数，现在是 "x"'] },
    zh: (p) => `启动设置有 ${p.problems.length} 处要改：\n${p.problems.map((s) => `  - ${s}`).join('\n')}`,
    en: (p) =>
      `${p.problems.length === 1 ? 'One setting needs' : `${p.problems.length} settings need`} to be changed:\n${p.problems.map((s) => `  - ${s}`).join('\n')}`,
  }),
  not_a_port: entry<Setting & { value: string }>({
    note: 'terminal, a port setting that is no port',
    sample: { name: 'PORT', value: 'x' },
    zh: (p) => `${p.name} 必须是 0 到 65535 的整数，现在是 "${p.value}"`,
    en: (p) => `${p.name} must be a whole number from 0 to 65535, it is "${p.value}"`,
  }),
  not_an_option: entry<Setting & { value: string; options: readonly string[]; suggestion: string | null }>({
    note: 'terminal, a setting that takes one of a few values',
    sample: { name: 'GONGDAN_SANDBOX', value: 'onn', options: ['on', 'off', 'auto'], suggestion: 'on' },
    zh: (p) => `${p.name} 只能是 ${p.options.join('、')}，现在是 "${p.value}"${meantZh(p.suggestion)}`,
    en: (p) => `${p.name} must be one of ${options(p.options)}, it is "${p.value}"${meantEn(p.suggestion)}`,
  }),
  not_a_url: entry<Setting & { schemes: readonly string[] }>({
    note: 'terminal, a setting that must be an address; the value may hold a password and is not shown',
    sample: { name: 'MONGODB_URI', schemes: ['mongodb://', 'mongodb+srv://'] },
    zh: (p) => `${p.name} 必须是以 ${p.schemes.join(' 或 ')} 开头的完整地址`,
    en: (p) => `${p.name} must be a full address that starts with ${p.schemes.join(' or ')}`,
  }),
  not_a_host: entry<Setting & { value: string }>({
    note: 'terminal, HOST is neither an IP address nor a host name',
    sample: { name: 'HOST', value: 'http://x' },
    zh: (p) => `${p.name} 必须是 IP 地址或主机名（不带 http:// 和端口），现在是 "${p.value}"`,
    en: (p) => `${p.name} must be an IP address or a host name (without http:// or a port), it is "${p.value}"`,
  }),
  secret_short: entry<Setting & { least: number }>({
    note: 'terminal, a secret that is too short; its value is never shown',
    sample: { name: 'GONGDAN_SECRET', least: 32 },
    zh: (p) => `${p.name} 太短，至少要 ${p.least} 个字符，例如 openssl rand -base64 32 的输出`,
    en: (p) =>
      `${p.name} is too short: it takes at least ${p.least} characters, such as the output of openssl rand -base64 32`,
  }),
  both_given: entry<{ first: string; second: string }>({
    note: 'terminal, two settings that exclude each other',
    sample: { first: 'GONGDAN_SECRET', second: 'GONGDAN_SECRET_FILE' },
    zh: (p) => `${p.first} 和 ${p.second} 只能设置其中一个`,
    en: (p) => `Set either ${p.first} or ${p.second}, not both`,
  }),
  platform_setting: entry<Setting & { platform: string; missing: boolean }>({
    note: 'terminal, a credential of an IM platform is missing or malformed; its value is never shown',
    sample: { name: 'SLACK_APP_TOKEN', platform: 'slack', missing: true },
    zh: (p) => `${p.name} ${p.missing ? '没有设置' : '格式不对'}（${p.platform} 需要它）`,
    en: (p) => `${p.name} is ${p.missing ? 'not set' : 'malformed'} (${p.platform} needs it)`,
  }),
  file_unreadable: entry<Setting & { path: string }>({
    note: 'terminal, a setting names a file that cannot be read',
    sample: { name: 'GONGDAN_CONFIG', path: '/etc/gongdan.yaml' },
    zh: (p) => `${p.name} 指向的文件读不到：${p.path}`,
    en: (p) => `${p.name} names a file that cannot be read: ${p.path}`,
  }),
  secret_readable: entry<{ path: string }>({
    note: 'terminal, the key file is open to other users of the machine',
    sample: { path: './data/secret.key' },
    zh: (p) => `密钥文件 ${p.path} 能被这台机器上的其他用户读取，请执行 chmod 600 ${p.path}`,
    en: (p) => `The key file ${p.path} can be read by other users of this machine; run chmod 600 ${p.path}`,
  }),
  data_unwritable: entry<{ path: string }>({
    note: 'terminal, the data folder cannot be written',
    sample: { path: './data' },
    zh: (p) => `数据目录 ${p.path} 写不进去，请检查权限，或用 GONGDAN_DATA= 换一个目录`,
    en: (p) =>
      `The data folder ${p.path} cannot be written; check its permissions or set another one with GONGDAN_DATA=`,
  }),
  port_in_use: entry<{ port: number; host: string }>({
    note: 'terminal, something else listens on the port',
    sample: { port: 3000, host: '127.0.0.1' },
    zh: (p) => `端口 ${p.port} 已被别的程序占用，换一个端口启动：PORT=${p.port + 1} npm start`,
    en: (p) => `Port ${p.port} is taken by another program; start with another one: PORT=${p.port + 1} npm start`,
  }),
  port_forbidden: entry<{ port: number }>({
    note: 'terminal, the system does not allow this port',
    sample: { port: 80 },
    zh: (p) => `系统不允许使用端口 ${p.port}，请用 1024 以上的端口，例如 PORT=3000`,
    en: (p) => `The system does not allow port ${p.port}; use one above 1024, such as PORT=3000`,
  }),
  host_unknown: entry<{ host: string }>({
    note: 'terminal, HOST is no address of this machine',
    sample: { host: '10.9.9.9' },
    zh: (p) => `HOST=${p.host} 不是这台机器的地址，本机访问用 127.0.0.1，对外用 0.0.0.0`,
    en: (p) => `HOST=${p.host} is no address of this machine; use 127.0.0.1 for this machine only, 0.0.0.0 for all`,
  }),
  started: entry<{ url: string; store: string; shop: string }>({
    note: 'terminal, after a successful start; the shop is its file, or `demo`',
    sample: { url: 'http://127.0.0.1:3000/', store: './data/demo', shop: 'demo' },
    zh: (p) => `工单已启动：${p.url}\n店铺：${p.shop === 'demo' ? '演示店铺' : p.shop} · 数据：${p.store}`,
    en: (p) => `Gongdan is running: ${p.url}\nShop: ${p.shop === 'demo' ? 'the demo shop' : p.shop} · data: ${p.store}`,
  }),
  admin_code: entry<{ code: string }>({
    note: 'terminal, at the start without an admin and from gongdan admin-code: how the first admin is made',
    sample: { code: 'ACDE-2346' },
    zh: (p) => `管理员验证码：${p.code}（24 小时内有效，只能用一次）。单独发给机器人：绑定 管理员 ${p.code}`,
    en: (p) => `Code for an admin: ${p.code} (good for 24 hours, once). Send it to the bot alone: link admin ${p.code}`,
  }),
  link_code: entry<{ code: string; name: string }>({
    note: 'terminal, from gongdan link-code: how a colleague links an account while none of theirs is known',
    sample: { code: 'ACDE-2346', name: '李雷' },
    zh: (p) =>
      `${p.name} 的验证码：${p.code}（24 小时内有效，只能用一次）。请 ${p.name} 用自己的账号单独发给机器人：绑定 账号 ${p.code}`,
    en: (p) =>
      `Code for ${p.name}: ${p.code} (good for 24 hours, once). ${p.name} sends it to the bot alone, from their own account: link account ${p.code}`,
  }),
  admin_code_kept: entry<null>({
    note: 'terminal, at a start without an admin while the code of an earlier start is still good',
    sample: null,
    zh: () => '还没有管理员，之前打印的验证码仍然有效；找不到了就运行 npm run gongdan -- admin-code 换一个',
    en: () =>
      'There is no admin yet and the code printed earlier is still good; npm run gongdan -- admin-code prints a new one',
  }),
  sandbox_open: entry<{ url: string }>({
    note: 'terminal, where to try it without any account',
    sample: { url: 'http://127.0.0.1:3000/' },
    zh: (p) => `打开 ${p.url} 就能试用：左边是客户，右边是客服`,
    en: (p) => `Open ${p.url} to try it: a customer on the left, an agent on the right`,
  }),
  sandbox_token: entry<{ url: string; token: string }>({
    note: 'terminal, the sandbox asks for this token because others could reach it',
    sample: { url: 'http://127.0.0.1:3000/', token: 'k3vQ…' },
    zh: (p) => `打开 ${p.url}?token=${encodeURIComponent(p.token)} 试用沙盒，登录口令：${p.token}`,
    en: (p) => `Open ${p.url}?token=${encodeURIComponent(p.token)} to try the sandbox; its login token is ${p.token}`,
  }),
  shop_problems: entry<{ file: string; problems: readonly string[] }>({
    note: 'terminal, heading over everything that is wrong with gongdan.yaml',
    sample: { file: 'gongdan.yaml', problems: ['第 3 行：…'] },
    zh: (p) => `${p.file} 有 ${p.problems.length} 处要改：\n${p.problems.map((s) => `  - ${s}`).join('\n')}`,
    en: (p) =>
      `${p.file} has ${p.problems.length === 1 ? 'one problem' : `${p.problems.length} problems`}:\n${p.problems.map((s) => `  - ${s}`).join('\n')}`,
  }),
  yaml_syntax: entry<{ line: number; column: number; detail: string }>({
    note: 'gongdan.yaml, not YAML at all; the detail is the parser’s own English',
    sample: { line: 3, column: 5, detail: 'Nested mappings are not allowed in compact mappings' },
    zh: (p) => `第 ${p.line} 行第 ${p.column} 列不是合法的 YAML：${p.detail}`,
    en: (p) => `Line ${p.line}, column ${p.column} is not valid YAML: ${p.detail}`,
  }),
  unknown_key: entry<At & { key: string; suggestion: string | null }>({
    note: 'gongdan.yaml, a key that means nothing, mostly a typo',
    sample: { line: 7, at: 'teams.aftersale', key: 'catgories', suggestion: 'categories' },
    zh: (p) => `第 ${p.line} 行：${p.at} 里没有「${p.key}」这一项${meantZh(p.suggestion)}`,
    en: (p) => `Line ${p.line}: ${p.at} has no key "${p.key}"${meantEn(p.suggestion)}`,
  }),
  missing_key: entry<At & { key: string }>({
    note: 'gongdan.yaml, a mandatory key is missing',
    sample: { line: 7, at: 'people.lilei', key: 'name' },
    zh: (p) => `第 ${p.line} 行：${p.at} 缺少「${p.key}」`,
    en: (p) => `Line ${p.line}: ${p.at} lacks "${p.key}"`,
  }),
  wrong_shape: entry<At & { expected: Shape }>({
    note: 'gongdan.yaml, a value of the wrong shape',
    sample: { line: 7, at: 'teams.aftersale.categories', expected: 'list' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成${SHAPES[p.expected][0]}`,
    en: (p) => `Line ${p.line}: ${p.at} must be ${SHAPES[p.expected][1]}`,
  }),
  wrong_option: entry<At & { value: string; options: readonly string[]; suggestion: string | null }>({
    note: 'gongdan.yaml, a value outside its few possibilities',
    sample: { line: 7, at: 'people.lilei.roles', value: 'agnt', options: ['agent', 'lead'], suggestion: 'agent' },
    zh: (p) => `第 ${p.line} 行：${p.at} 不能是「${p.value}」，可用：${p.options.join('、')}${meantZh(p.suggestion)}`,
    en: (p) =>
      `Line ${p.line}: ${p.at} cannot be "${p.value}"; possible: ${options(p.options)}${meantEn(p.suggestion)}`,
  }),
  wrong_size: entry<At & { least: number | null; most: number | null }>({
    note: 'gongdan.yaml, too short, too long, too few, too many, too small, too big',
    sample: { line: 7, at: 'people.lilei.name', least: 1, most: 40 },
    zh: (p) =>
      `第 ${p.line} 行：${p.at} ${p.least === null ? `最多 ${p.most}` : p.most === null ? `至少 ${p.least}` : `要在 ${p.least} 到 ${p.most} 之间`}`,
    en: (p) =>
      `Line ${p.line}: ${p.at} must be ${p.least === null ? `at most ${p.most}` : p.most === null ? `at least ${p.least}` : `from ${p.least} to ${p.most}`}`,
  }),
  nothing_left: entry<At & { count: number; kept: number }>({
    note: 'gongdan.yaml, a limit of the sandbox whose reserve and aside leave no call for anything else',
    sample: { line: 7, at: 'sandbox.limits.0', count: 20, kept: 20 },
    zh: (p) =>
      `第 ${p.line} 行：${p.at} 的 reserve 和 aside 一共留出 ${p.kept} 次，新卡片一次也不剩，加起来要小于 count（${p.count}）`,
    en: (p) =>
      `Line ${p.line}: reserve and aside of ${p.at} keep ${p.kept} calls and leave none for new cards; together they must stay below count (${p.count})`,
  }),
  not_hours: entry<At & { value: string }>({
    note: 'gongdan.yaml, opening hours of a team that are none',
    sample: { line: 12, at: 'teams.aftersale.hours', value: '9-22' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成营业时间，例如 9:00-22:00（过夜写 18:00-2:00），现在是「${p.value}」`,
    en: (p) =>
      `Line ${p.line}: ${p.at} must be opening hours such as 9:00-22:00 (over midnight: 18:00-2:00), it is "${p.value}"`,
  }),
  not_a_share: entry<At & { value: string }>({
    note: 'terminal, a share of a limit in gongdan.yaml that is none',
    sample: { line: 12, at: 'policies.ladder.0.at', value: '20h' },
    zh: (p) => `第 ${p.line} 行：${p.at} 写时限的几倍，大于 0、最多 10，例如 5/6、0.8、1.5，现在是 "${p.value}"`,
    en: (p) =>
      `Line ${p.line}: ${p.at} is a share of the limit above 0 and up to 10, such as 5/6, 0.8 or 1.5; it is "${p.value}"`,
  }),
  same_step: entry<At & { share: number; to: string }>({
    note: 'terminal, a ladder in gongdan.yaml that has one step twice',
    sample: { line: 12, at: 'policies.ladder.1', share: 1, to: 'handler' },
    zh: (p) => `第 ${p.line} 行：${p.at} 重复了：时限的 ${p.share} 倍提醒 ${p.to} 已经写过`,
    en: (p) => `Line ${p.line}: ${p.at} is there twice: ${p.to} is told at ${p.share} of the limit already`,
  }),
  not_a_time: entry<At & { value: string }>({
    note: 'gongdan.yaml, a time of day that is none',
    sample: { line: 12, at: 'digest.at', value: '25:00' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成几点几分，例如 "9:00"，现在是「${p.value}」`,
    en: (p) => `Line ${p.line}: ${p.at} must be a time of day such as "9:00", it is "${p.value}"`,
  }),
  not_a_duration: entry<At & { value: string }>({
    note: 'gongdan.yaml, a policy that is no duration',
    sample: { line: 7, at: 'policies.firstResponse', value: '3 minuts' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成时长，例如 5s、3m、24h、3d，现在是「${p.value}」`,
    en: (p) => `Line ${p.line}: ${p.at} must be a duration such as 5s, 3m, 24h or 3d, it is "${p.value}"`,
  }),
  not_an_email: entry<At>({
    note: 'gongdan.yaml, an e-mail address that is none; it is not shown',
    sample: { line: 7, at: 'people.lilei.email' },
    zh: (p) => `第 ${p.line} 行：${p.at} 不是邮箱地址，要写成 name@example.com 的样子`,
    en: (p) => `Line ${p.line}: ${p.at} is no e-mail address; one looks like name@example.com`,
  }),
  not_a_telephone: entry<At>({
    note: 'gongdan.yaml, a telephone number without its country; it is not shown',
    sample: { line: 7, at: 'people.lilei.notify.sms' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成带国家区号的号码，并加引号，例如 "+8613800138000"`,
    en: (p) => `Line ${p.line}: ${p.at} must be a number with its country code, in quotes, such as "+8613800138000"`,
  }),
  no_email: entry<At>({
    note: 'gongdan.yaml, `notify.email: true` of somebody without `email`',
    sample: { line: 7, at: 'people.lilei.notify.email' },
    zh: (p) => `第 ${p.line} 行：${p.at} 写了 true，可是这个人没有 email；补上 email，或者在这里写邮箱地址`,
    en: (p) => `Line ${p.line}: ${p.at} is true, but this person has no \`email\`; give one, or write the address here`,
  }),
  not_a_time_zone: entry<At & { value: string }>({
    note: 'gongdan.yaml, a time zone nobody knows',
    sample: { line: 7, at: 'timeZone', value: 'Asia/Bejing' },
    zh: (p) => `第 ${p.line} 行：${p.at} 没有「${p.value}」这个时区，例如 Asia/Shanghai`,
    en: (p) => `Line ${p.line}: ${p.at}: there is no time zone "${p.value}"; one is Asia/Shanghai`,
  }),
  not_an_id: entry<At & { value: string }>({
    note: 'gongdan.yaml, a key that is used as an id',
    sample: { line: 7, at: 'people', value: '李雷' },
    zh: (p) => `第 ${p.line} 行：${p.at} 里的「${p.value}」不能作编号，只用小写字母、数字、- 和 _，以字母开头`,
    en: (p) =>
      `Line ${p.line}: "${p.value}" in ${p.at} cannot be an id; use small letters, digits, - and _, beginning with a letter`,
  }),
  not_a_receiver: entry<At>({
    note: 'gongdan.yaml, an address that webhooks cannot go to; it may hold a password and is not shown',
    sample: { line: 7, at: 'subscriptions.erp.url' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写 https:// 开头的地址，不能带用户名和密码`,
    en: (p) =>
      `Line ${p.line}: ${p.at} must be an address that begins with https://, without a user name and a password`,
  }),
  plain_receiver: entry<At>({
    note: 'gongdan.yaml, webhooks that would cross the internet without encryption',
    sample: { line: 7, at: 'subscriptions.erp.url' },
    zh: (p) => `第 ${p.line} 行：${p.at} 是 http://，只能用在内网；确实是内网就加上 private: true，否则改成 https://`,
    en: (p) =>
      `Line ${p.line}: ${p.at} is http://, which is for your own network only: add private: true if it is one, else use https://`,
  }),
  not_a_path: entry<At & { value: string }>({
    note: 'gongdan.yaml, a rule for webhooks that names no place inside JSON',
    sample: { line: 40, at: 'hooks.shop.map.0.when.0.path', value: 'order..no' },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写成 JSON 里的位置，例如 order.items[0].sku，现在是「${p.value}」`,
    en: (p) => `Line ${p.line}: ${p.at} must be a place inside JSON such as order.items[0].sku, it is "${p.value}"`,
  }),
  not_a_template: entry<At>({
    note: 'gongdan.yaml, a text of a rule for webhooks whose places for values cannot be read',
    sample: { line: 41, at: 'hooks.shop.map.0.subject' },
    zh: (p) =>
      `第 ${p.line} 行：${p.at} 里的取值要写成 {order.no} 或 {order.note|没有备注}；真要写大括号就写两个：{{ 或 }}`,
    en: (p) =>
      `Line ${p.line}: values in ${p.at} are written {order.no} or {order.note|no note}; a brace that is meant as one is doubled: {{ or }}`,
  }),
  one_test: entry<At & { tests: readonly string[] }>({
    note: 'gongdan.yaml, a condition of a rule for webhooks with no test, or with several',
    sample: { line: 40, at: 'hooks.shop.map.0.when.0', tests: ['is', 'in'] },
    zh: (p) => `第 ${p.line} 行：${p.at} 要写且只写一个判断，可用：${p.tests.join('、')}`,
    en: (p) => `Line ${p.line}: ${p.at} takes exactly one test, one of ${options(p.tests)}`,
  }),
  wrong_value: entry<At>({
    note: 'gongdan.yaml, any other malformed value',
    sample: { line: 7, at: 'shops.main.apps' },
    zh: (p) => `第 ${p.line} 行：${p.at} 的写法不对`,
    en: (p) => `Line ${p.line}: ${p.at} is malformed`,
  }),
  unknown_reference: entry<At & { thing: ShopThing; value: string; suggestion: string | null }>({
    note: 'gongdan.yaml, a name that points at nothing',
    sample: { line: 7, at: 'people.lilei.teams', thing: 'team', value: 'aftersal', suggestion: 'aftersale' },
    zh: (p) => `第 ${p.line} 行：${p.at} 里的${SHOP_THINGS[p.thing][0]}「${p.value}」没有定义${meantZh(p.suggestion)}`,
    en: (p) =>
      `Line ${p.line}: ${p.at} names the ${SHOP_THINGS[p.thing][1]} "${p.value}", which is not defined${meantEn(p.suggestion)}`,
  }),
  twice: entry<At & { value: string; first: string }>({
    note: 'gongdan.yaml, an account, group, app or name that belongs to two',
    sample: { line: 7, at: 'people.wangfang.accounts', value: 'sandbox/main/lilei', first: 'people.lilei.accounts' },
    zh: (p) => `第 ${p.line} 行：${p.at} 的「${p.value}」已经用在 ${p.first}`,
    en: (p) => `Line ${p.line}: "${p.value}" in ${p.at} is already used in ${p.first}`,
  }),
  email_twice: entry<At & { first: string }>({
    note: 'gongdan.yaml, the e-mail address of two people; addresses are never shown',
    sample: { line: 7, at: 'people.wangfang.email', first: 'people.lilei.email' },
    zh: (p) => `第 ${p.line} 行：${p.at} 和 ${p.first} 是同一个邮箱，一个邮箱只能是一个人的`,
    en: (p) => `Line ${p.line}: ${p.at} is the same address as ${p.first}; an address is one person's`,
  }),
  wrong_order: entry<At>({
    note: 'tickets.yaml of the demo shop, a step before the one it follows',
    sample: { line: 7, at: '0.steps.2' },
    zh: (p) => `第 ${p.line} 行：${p.at} 的顺序不对：第一步是客户的话，之后按时间先后`,
    en: (p) => `Line ${p.line}: ${p.at} is out of order: the customer's words come first, then everything by time`,
  }),
  lead_without_team: entry<At>({
    note: 'gongdan.yaml, a lead who leads nobody',
    sample: { line: 7, at: 'people.chenjing' },
    zh: (p) => `第 ${p.line} 行：${p.at} 是组长或客服，但没有写 teams`,
    en: (p) => `Line ${p.line}: ${p.at} is a lead or an agent but belongs to no team`,
  }),
} as const;
