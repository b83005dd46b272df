import { entry } from './entry.ts';

const word = (note: string, zh: string, en: string) => entry<null>({ note, sample: null, zh: () => zh, en: () => en });
const COMMENT = 'comment in the gongdan.yaml that gongdan init writes';
const QUESTION = 'gongdan init, a question; Enter takes what stands in brackets';

/** What `gongdan init` asks and writes. */
export const init = {
  hello: word(
    'gongdan init, before its five questions',
    '五个问题，写一份新的 gongdan.yaml。直接回车就用方括号里的',
    'Five questions, then a fresh gongdan.yaml. Enter takes what stands in brackets',
  ),
  ask_shop: entry<{ fallback: string }>({
    note: QUESTION,
    sample: { fallback: '我的店铺' },
    zh: (p) => `1/5 店铺叫什么？[${p.fallback}] `,
    en: (p) => `1/5 What is the shop called? [${p.fallback}] `,
  }),
  ask_place: entry<{ fallback: string }>({
    note: QUESTION,
    sample: { fallback: 'zh-CN Asia/Shanghai' },
    zh: (p) => `2/5 用什么语言和时区？（zh-CN 或 en，加上时区）[${p.fallback}] `,
    en: (p) => `2/5 Which language and time zone? (zh-CN or en, and the zone) [${p.fallback}] `,
  }),
  ask_teams: entry<{ fallback: string }>({
    note: QUESTION,
    sample: { fallback: '售前、售后、物流' },
    zh: (p) => `3/5 有哪些组？用逗号隔开 [${p.fallback}] `,
    en: (p) => `3/5 Which teams are there? Separate them by commas [${p.fallback}] `,
  }),
  ask_categories: entry<{ fallback: string }>({
    note: QUESTION,
    sample: { fallback: '物流' },
    zh: (p) => `4/5 哪些问题归哪个组？没写到的谁都可以接 [${p.fallback === '' ? '都归大家' : p.fallback}] `,
    en: (p) =>
      `4/5 Which matters go to which team? What is not named goes to whoever has least to do [${p.fallback === '' ? 'all to all' : p.fallback}] `,
  }),
  ask_admin: entry<{ fallback: string }>({
    note: QUESTION,
    sample: { fallback: '管理员' },
    zh: (p) => `5/5 谁是管理员？写名字；在真实的 IM 里用启动时打印的验证码认领 [${p.fallback}] `,
    en: (p) =>
      `5/5 Who is the admin? A name; in a real IM the code that is printed at the start says who it is [${p.fallback}] `,
  }),
  shop: word('gongdan init, the name of a shop nobody named', '我的店铺', 'My shop'),
  teams: word('gongdan init, the teams of a shop that named none', '售前、售后、物流', 'Presale, Aftersale, Logistics'),
  admin: word('gongdan init, the name of an admin nobody named', '管理员', 'Admin'),
  wrong_name: word('gongdan init, an answer that is no name', '名字要 1 到 60 个字', 'A name has 1 to 60 characters'),
  wrong_place: entry<{ value: string }>({
    note: 'gongdan init, an answer that is neither a language nor a time zone',
    sample: { value: 'Mars' },
    zh: (p) => `「${p.value}」不是 zh-CN、en 或时区（例如 Asia/Shanghai）`,
    en: (p) => `"${p.value}" is neither zh-CN nor en nor a time zone such as Europe/London`,
  }),
  wrong_teams: word(
    'gongdan init, an answer that is no list of teams',
    '组要 1 到 20 个，名字不能重复，每个最多 60 个字',
    'Name 1 to 20 different teams of at most 60 characters',
  ),
  wrong_categories: entry<{ unknown: readonly string[]; known: string }>({
    note: 'gongdan init, words that are neither a team nor a category',
    sample: { unknown: ['退活'], known: '售前咨询 订单 支付' },
    zh: (p) => `没有「${p.unknown.join('、')}」。分类有：${p.known}。写法：组：分类 分类；组：分类`,
    en: (p) =>
      `Not known: ${p.unknown.join(', ')}. Categories: ${p.known}. Write team: category category; team: category`,
  }),
  exists: entry<{ path: string }>({
    note: 'gongdan init, the file is there already',
    sample: { path: 'gongdan.yaml' },
    zh: (p) => `${p.path} 已经有了，不会覆盖。换个名字：npm run gongdan -- init 另一个.yaml`,
    en: (p) => `${p.path} exists and is not overwritten. Name another one: npm run gongdan -- init other.yaml`,
  }),
  written: entry<{ path: string; own: boolean }>({
    note: 'gongdan init, at its end; whether the file is the one npm start takes by itself',
    sample: { path: 'gongdan.yaml', own: true },
    zh: (p) => `写好了：${p.path}。启动：${p.own ? '' : `GONGDAN_CONFIG=${p.path} `}npm start`,
    en: (p) => `Written: ${p.path}. Start with: ${p.own ? '' : `GONGDAN_CONFIG=${p.path} `}npm start`,
  }),
  unwritable: entry<{ path: string }>({
    note: 'gongdan init, the file cannot be written',
    sample: { path: '/etc/gongdan.yaml' },
    zh: (p) => `${p.path} 写不进去，请检查目录和权限`,
    en: (p) => `${p.path} cannot be written; check the folder and its permissions`,
  }),
  sample_customer: word('gongdan init, the customer one can be in the sandbox', '小美', 'Sam'),
  comment_head: word(
    COMMENT,
    '店铺的设置。机器人不会改这个文件；群里绑定的组、入组的同事、第一位管理员记在数据里，并优先于这里。\n改完重启生效；写错了，启动时会一次列出所有问题和行号。更多例子见 demo/gongdan.yaml。',
    'The shop. The bot never writes this file; groups that are linked, colleagues who join and the first admin are kept with its data, over what stands here.\nA restart makes changes count; mistakes are listed all at once, with line numbers. demo/gongdan.yaml shows more.',
  ),
  comment_teams: word(
    COMMENT,
    '组，以及哪些问题归它；没写 categories 的组什么都接。\n真实的群不用写在这里：把机器人加进群，管理员在群里写「绑定 售后」或按卡片上的按钮。',
    'Teams and what goes to them; a team without categories takes everything.\nReal groups need not stand here: add the bot to a group, and an admin writes "link TEAM" there or presses a button on its card.',
  ),
  comment_people: word(
    COMMENT,
    '同事。在真实的 IM 里大多不用写：第一次按按钮时，组长会收到一张卡片，同意后就加入。\n写了 email 的客服，平台成员名单上是这个邮箱的账号直接认得；组长以上用验证码（gongdan link-code）。',
    "Colleagues. In a real IM most need not stand here: when they first press a button their lead is asked, and lets them in.\nAn agent with an email here is known at once by the account that has it in the platform's member list; leads and above use a code (gongdan link-code).",
  ),
  comment_policies: word(
    COMMENT,
    '时限：首次回复、之后的回复、解决。',
    'How long promises last: first response, next response, resolution.',
  ),
  comment_trust: word(
    COMMENT,
    '信任哪些平台自己的成员名单：名单上的人在绑定的群里按按钮，直接成为这个组的客服，不问组长。',
    'Platforms whose own member list is trusted: who is on it becomes an agent of a linked group by pressing a button there, without asking the lead.',
  ),
  comment_sandbox: word(
    COMMENT,
    '浏览器里的试用环境，只有没接真实 IM 时才打开。',
    'The IM in the browser for trying things out; it is on only while no real IM is connected.',
  ),
};
