import { entry, type Entry } from './entry.ts';

export const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note: `terminal, gongdan doctor wecom: ${note}`, sample: null, zh: () => zh, en: () => en });
/** What to do about a finding. */
export const todo = (zh: string, en: string): Entry<null> => line('what to do about the finding above it', zh, en);

/** WeCom's own word behind something. */
export const zhCode = (code: string | null): string => (code === null ? '' : `（${code}）`);
export const enCode = (code: string | null): string => (code === null ? '' : ` (${code})`);

/** Where to find what is set for the app. */
export const APP_PAGE = 'work.weixin.qq.com → 应用管理 → ';

/** A linked conversation and the team whose tickets stand there. */
interface Place {
  readonly place: string;
  readonly team: string;
}
const place = (note: string, sample: string, zh: (p: Place) => string, en: (p: Place) => string): Entry<Place> =>
  entry<Place>({
    note: `terminal, gongdan doctor wecom: a linked conversation; ${note}`,
    sample: { place: sample, team: '售后' },
    zh,
    en,
  });

interface People {
  readonly people: readonly string[];
}
const people = (note: string, zh: (names: string) => string, en: (names: string) => string): Entry<People> =>
  entry<People>({
    note: `terminal, gongdan doctor wecom: accounts of colleagues; ${note}`,
    sample: { people: ['李雷', '韩梅梅'] },
    zh: (p) => zh(p.people.join('、')),
    en: (p) => en(p.people.join(', ')),
  });

/** What `gongdan doctor wecom` finds of linked conversations and of colleagues' accounts, and what to do about it. */
export const wecomLinked = {
  places_none: line(
    'no conversation is linked to a team',
    '还没有哪个组的工单能发到企业微信',
    'no team has a place for its tickets in WeCom',
  ),
  places_none_todo: todo(
    '在 gongdan.yaml 里写 groups: { wecom: duty:aftersale }；用智能机器人的群，在群里 @ 它，再按它卡片上的组名',
    'write groups: { wecom: duty:aftersale } in gongdan.yaml; in a group with the smart bot @ it and press the team on its card',
  ),
  appless: place(
    'it needs an app, and none is set up',
    'duty:aftersale',
    (p) => `${p.place}（${p.team}组）要用自建应用，但没有设置：工单发不出去`,
    (p) => `${p.place} (${p.team}) needs an app, and none is set up: the tickets cannot be posted`,
  ),
  appless_todo: todo(
    `在 ${APP_PAGE}自建 里创建应用，设好 WECOM_CORP_ID、WECOM_AGENT_ID、WECOM_SECRET、WECOM_TOKEN、WECOM_AES_KEY 再启动`,
    `make an app under ${APP_PAGE}自建, set WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_TOKEN and WECOM_AES_KEY, and restart`,
  ),
  botless: place(
    'it needs a smart bot, and none is set up',
    'chat:wrAbCdEf',
    (p) => `${p.place}（${p.team}组）要用智能机器人，但没有设置：工单发不出去`,
    (p) => `${p.place} (${p.team}) needs a smart bot, and none is set up: the tickets cannot be posted`,
  ),
  botless_todo: todo(
    '到 work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人，把 Bot ID 和长连接的 Secret 写进 WECOM_BOT_ID 和 WECOM_BOT_SECRET 再启动',
    'copy Bot ID and the Secret of 长连接 from work.weixin.qq.com → 安全与管理 → 管理工具 → 智能机器人 into WECOM_BOT_ID and WECOM_BOT_SECRET, and restart',
  ),
  strange: place(
    'it is none in which a team could have its tickets',
    'aftersale',
    (p) => `${p.place}（${p.team}组）不是放工单的地方`,
    (p) => `${p.place} (${p.team}) is no place for tickets`,
  ),
  strange_todo: todo(
    '在 gongdan.yaml 里写成 duty:NAME、chat:ID、group:CHATID 或 push:NAME',
    'write it as duty:NAME, chat:ID, group:CHATID or push:NAME in gongdan.yaml',
  ),
  duty_ok: entry<Place & { readonly people: number }>({
    note: 'terminal, gongdan doctor: a team whose people are called one by one; `people`: how many can be',
    sample: { place: 'duty:aftersale', team: '售后', people: 4 },
    zh: (p) => `${p.place}：${p.team}组的工单逐个发给值班的人，组里有 ${p.people} 人有企业微信账号`,
    en: (p) => `${p.place} calls whoever of ${p.team} is on duty; ${p.people} of the team have a WeCom account`,
  }),
  duty_nobody: place(
    'its people are called one by one, and nobody has an account',
    'duty:aftersale',
    (p) => `${p.team}组里没有人有企业微信账号：${p.place} 的工单谁也收不到`,
    (p) => `nobody of ${p.team} has a WeCom account: nobody gets the tickets of ${p.place}`,
  ),
  duty_nobody_todo: todo(
    '在 gongdan.yaml 里给组员写 accounts: { wecom: 账号 }（work.weixin.qq.com → 通讯录里的账号），或用 link-code 给他们验证码',
    'write accounts: { wecom: USERID } beside its members in gongdan.yaml (账号 under work.weixin.qq.com → 通讯录), or give them a code (link-code)',
  ),
  chat_ok: place(
    'somebody spoke to the smart bot there',
    'chat:wrAbCdEf',
    (p) => `${p.place}：${p.team}组的工单由智能机器人发在这个群里`,
    (p) => `${p.place} shows the tickets of ${p.team}; the smart bot was heard there`,
  ),
  chat_unheard: place(
    'nobody spoke to the smart bot there, so that it may not speak',
    'chat:wrAbCdEf',
    (p) => `${p.place}（${p.team}组）：群里还没有人 @ 过智能机器人，在那之前它发不了工单`,
    (p) => `nobody has spoken to the smart bot in ${p.place} (${p.team}): it cannot post tickets there before`,
  ),
  chat_todo: todo(
    '把智能机器人加进群里，随便写一句 @ 它；群的 id 要照原样写，大小写也要一致',
    'add the smart bot to the group and @ it with any word; the id of the group has to be written with the same capitals',
  ),
  push_ok: place(
    'a message push passes its tickets on; whether it may speak only a message would show',
    'push:aftersale',
    (p) => `${p.place}：${p.team}组的工单由消息推送转发，没有按钮`,
    (p) => `${p.place} passes on the tickets of ${p.team}, without buttons`,
  ),
  push_unknown: place(
    'a message push of this name is not in the settings',
    'push:aftersale',
    (p) => `没有 ${p.place} 这个消息推送：${p.team}组的工单发不过去`,
    (p) => `there is no ${p.place}: the tickets of ${p.team} cannot be posted there`,
  ),
  push_todo: todo(
    '在群设置 → 消息推送里添加，把地址里 key= 后面的写进 WECOM_PUSHES（名字=KEY），或者改掉 gongdan.yaml 里的名字，再启动',
    'add one under 群设置 → 消息推送, put what follows key= in its address into WECOM_PUSHES (NAME=KEY), or change the name in gongdan.yaml, and restart',
  ),
  group_ok: place(
    'a group that this app made',
    'group:wrGroup1',
    (p) => `${p.place}：${p.team}组的工单发在这个群里，没有按钮`,
    (p) => `${p.place} shows the tickets of ${p.team}, without buttons`,
  ),
  group_foreign: place(
    'a group that another app made (86008)',
    'group:wrGroup1',
    (p) => `${p.place}（${p.team}组）是别的应用建的群（86008）：工单发不进去`,
    (p) => `${p.place} (${p.team}) was made by another app (86008): tickets cannot be posted there`,
  ),
  group_unknown: place(
    'WeCom does not know the group (86001)',
    'group:wrGroup1',
    (p) => `企业微信不认识 ${p.place}（${p.team}组，86001）：已解散，或者不是应用建的群`,
    (p) => `WeCom does not know ${p.place} (${p.team}, 86001): it was dissolved, or no app made it`,
  ),
  group_todo: todo(
    '换成这个应用用 appchat/create 建的群，或者别的写法：duty:、chat:、push:',
    'take a group that this app made by appchat/create, or one of duty:, chat: and push:',
  ),
  group_unasked: entry<Place & { readonly code: string | null }>({
    note: "terminal, gongdan doctor: a group of the app could not be looked at; `code` is WeCom's word",
    sample: { place: 'group:wrGroup1', team: '售后', code: '45033' },
    zh: (p) => `没查到 ${p.team}组的群 ${p.place}${zhCode(p.code)}`,
    en: (p) => `${p.place} of ${p.team} could not be looked at${enCode(p.code)}`,
  }),

  members_ok: entry<{ asked: number; known: number }>({
    note: 'terminal, gongdan doctor: accounts of colleagues are fine; `asked` of `known`',
    sample: { asked: 30, known: 42 },
    zh: (p) => `查了 ${p.asked}/${p.known} 个同事的账号：都在可见范围里，都登录过企业微信`,
    en: (p) => `${p.asked} of ${p.known} accounts were looked at: all in the 可见范围, all signed in to WeCom before`,
  }),
  member_outside: people(
    'outside of the visible range of the app',
    (names) => `不在应用的可见范围里：${names}。他们收不到卡片，也认不出来`,
    (names) => `outside of the 可见范围 of the app: ${names}. They get no cards and cannot be looked up`,
  ),
  member_outside_todo: todo(
    `到 ${APP_PAGE}这个应用 → 可见范围，把他们加进去`,
    `add them under ${APP_PAGE}the app → 可见范围`,
  ),
  member_inactive: people(
    'they never signed in to WeCom',
    (names) => `从来没有登录过企业微信：${names}`,
    (names) => `never signed in to WeCom: ${names}`,
  ),
  member_inactive_todo: todo(
    '请他们用手机号登录企业微信并加入企业；work.weixin.qq.com → 通讯录 里可以再发一次邀请',
    'let them sign in and join the enterprise; work.weixin.qq.com → 通讯录 sends the invitation again',
  ),
  member_disabled: people(
    'disabled in WeCom, or left the enterprise',
    (names) => `在企业微信里已停用或已退出企业：${names}`,
    (names) => `disabled in WeCom, or left the enterprise: ${names}`,
  ),
  member_disabled_todo: todo(
    '到 work.weixin.qq.com → 通讯录 重新启用，或者从 gongdan.yaml 里删掉',
    'enable them again under work.weixin.qq.com → 通讯录, or take them out of gongdan.yaml',
  ),
  member_unknown: people(
    'WeCom knows nobody of this id',
    (names) => `企业微信没有他们的账号：${names}`,
    (names) => `WeCom has no account of this id: ${names}`,
  ),
  member_unknown_todo: todo(
    '和 work.weixin.qq.com → 通讯录 里的「账号」核对；wo 开头的长串是智能机器人看到的加密账号，要由超级管理员重新创建机器人',
    'compare with 账号 under work.weixin.qq.com → 通讯录; a long one that begins with wo is how a smart bot sees people that no super administrator made: let one make it anew',
  ),
  member_capitals: entry<{ person: string; user: string; id: string }>({
    note: "terminal, gongdan doctor: a colleague's account is written with other capitals than WeCom's",
    sample: { person: '李雷', user: 'lilei', id: 'LiLei' },
    zh: (p) => `${p.person} 的账号在企业微信里是 ${p.id}，不是 ${p.user}：按按钮时认不出来`,
    en: (p) =>
      `WeCom writes the account of ${p.person} as ${p.id} and not ${p.user}: they are not known when they press`,
  }),
  member_capitals_todo: entry<{ id: string }>({
    note: 'terminal, what to do about an account with other capitals',
    sample: { id: 'LiLei' },
    zh: (p) => `在 gongdan.yaml 里写成 ${p.id}`,
    en: (p) => `write ${p.id} in gongdan.yaml`,
  }),
  members_beside: entry<{ count: number; named: readonly string[] }>({
    note: 'terminal, gongdan doctor: members in the range of the app who are nobody in gongdan.yaml, each with name and user id',
    sample: { count: 2, named: ['李雷 LiLei', '王芳 WangFang'] },
    zh: (p) =>
      `应用看得到、工单里还没有的成员有 ${p.count} 位：${p.named.join('、')}${p.count > p.named.length ? '……' : ''}；要他们接单，就把账号写进 gongdan.yaml 的 accounts`,
    en: (p) =>
      `${p.count} members are in the app's range and in no team: ${p.named.join(', ')}${p.count > p.named.length ? ', …' : ''}; whoever is to take tickets goes under accounts in gongdan.yaml`,
  }),
  members_unasked: entry<{ code: string | null }>({
    note: "terminal, gongdan doctor: the member list could not be asked; `code` is WeCom's word",
    sample: { code: '48002' },
    zh: (p) => `没查到同事的账号${zhCode(p.code)}`,
    en: (p) => `accounts of colleagues could not be looked at${enCode(p.code)}`,
  }),
};
