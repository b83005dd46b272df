import { entry, type Entry } from './entry.ts';

const line = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });

/** What the command line says of webhooks that come in. */
export const hook = {
  test: line(
    'one line per verb of the command line',
    '看一个系统的上报会变成什么，--send 真的发一次',
    'show what an event of a source would become; --send sends it',
  ),
  which: line(
    'hook test without source or file',
    '请写上来源和文件：hook test shop demo/hooks/logistics-stall.json',
    'Name the source and a file: hook test shop demo/hooks/logistics-stall.json',
  ),
  no_source: entry<{ source: string; file: string; suggestion: string | null }>({
    note: 'hook test of a source that gongdan.yaml does not have',
    sample: { source: 'shpo', file: 'gongdan.yaml', suggestion: 'shop' },
    zh: (p) =>
      `${p.file} 的 hooks 里没有来源「${p.source}」${p.suggestion === null ? '' : `，是不是想写 ${p.suggestion}？`}`,
    en: (p) =>
      `hooks in ${p.file} has no source "${p.source}"${p.suggestion === null ? '' : `; did you mean ${p.suggestion}?`}`,
  }),
  unreadable: entry<{ file: string }>({
    note: 'hook test of a file that cannot be read',
    sample: { file: 'sample.json' },
    zh: (p) => `文件读不到：${p.file}`,
    en: (p) => `The file cannot be read: ${p.file}`,
  }),
  not_json: entry<{ file: string; detail: string }>({
    note: 'hook test of a file that no source may send; the detail is what a sender is answered, in English',
    sample: { file: 'sample.json', detail: 'order: stands there twice' },
    zh: (p) => `${p.file} 不是能收的 JSON：${p.detail}`,
    en: (p) => `${p.file} is no JSON that is taken: ${p.detail}`,
  }),
  too_large: entry<{ file: string; most: number }>({
    note: 'hook test of a file that is larger than a webhook may be',
    sample: { file: 'sample.json', most: 262_144 },
    zh: (p) => `${p.file} 太大，上报最多 ${p.most} 字节`,
    en: (p) => `${p.file} is too large: a webhook has at most ${p.most} bytes`,
  }),
  rule: entry<{ rule: string }>({
    note: 'hook test, which rule fits; the fields follow, one a line',
    sample: { rule: '物流停滞' },
    zh: (p) => `符合规则「${p.rule}」：`,
    en: (p) => `The rule "${p.rule}" fits:`,
  }),
  skipped: entry<{ rule: string }>({
    note: 'hook test, the rule that fits says ignore',
    sample: { rule: '心跳' },
    zh: (p) => `符合规则「${p.rule}」，它写了 ignore：什么也不做`,
    en: (p) => `The rule "${p.rule}" fits, and says ignore: nothing happens`,
  }),
  no_rule: entry<{ paths: readonly string[] }>({
    note: 'hook test, no rule fits',
    sample: { paths: ['event', 'stock'] },
    zh: (p) => `没有规则符合。看过的位置：${p.paths.join('、') || '没有'}`,
    en: (p) => `No rule fits. Where they looked: ${p.paths.join(', ') || 'nowhere'}`,
  }),
  missing: entry<{ rule: string; path: string }>({
    note: 'hook test, a value that the rule needs',
    sample: { rule: '物流停滞', path: 'order.no' },
    zh: (p) => `规则「${p.rule}」要用的 ${p.path} 没有值；可以没有的话写 {${p.path}|默认值}`,
    en: (p) =>
      `The rule "${p.rule}" needs ${p.path}, which is missing or empty; if it may be, write {${p.path}|default}`,
  }),
  not_text: entry<{ rule: string; path: string }>({
    note: 'hook test, a value that cannot stand in a text',
    sample: { rule: '物流停滞', path: 'order.items' },
    zh: (p) => `规则「${p.rule}」要用的 ${p.path} 是列表或对象，不是文字或数字`,
    en: (p) => `The rule "${p.rule}" needs a text or a number at ${p.path}, which is a list or an object`,
  }),
  too_long: entry<{ rule: string; field: string; most: number }>({
    note: 'hook test, an id or matter that is too long',
    sample: { rule: '物流停滞', field: 'matter', most: 150 },
    zh: (p) => `规则「${p.rule}」的 ${p.field} 超过 ${p.most} 个字`,
    en: (p) => `${p.field} of the rule "${p.rule}" is longer than ${p.most} characters`,
  }),
  no_moment: entry<{ rule: string }>({
    note: 'hook test, a deadline that is no moment',
    sample: { rule: '物流停滞' },
    zh: (p) => `规则「${p.rule}」的 deadline 不是时间；要写成 2026-11-11T20:00:00+08:00，或者时间戳`,
    en: (p) => `The deadline of the rule "${p.rule}" is no moment; write 2026-11-11T20:00:00+08:00 or a timestamp`,
  }),
  unknown_shop: entry<{ rule: string }>({
    note: 'hook test, the shop that comes out does not exist',
    sample: { rule: '物流停滞' },
    zh: (p) => `规则「${p.rule}」得出的店铺不存在`,
    en: (p) => `The rule "${p.rule}" comes to a shop that does not exist`,
  }),
  opens: line('hook test, what would happen', '会开一张新工单', 'It would open a ticket'),
  tells: entry<{ no: number }>({
    note: 'hook test, what would happen: the matter is open',
    sample: { no: 4821 },
    zh: (p) => `会作为备注告诉 T-${p.no}，这件事正在那里处理`,
    en: (p) => `It would be told to T-${p.no}, where this matter is open`,
  }),
  repeats: line(
    'hook test, what would happen: the id is known',
    '这个编号已经来过：内容没变就回复原来的工单，变了就拒绝',
    'This id came before: the same event is answered with its ticket, another one is refused',
  ),
  nothing: line(
    'hook test, what would happen: an update of nothing',
    '只更新已有的工单，而这件事没有处理中的工单：什么也不做',
    'It only adds to a ticket, and none of this matter is open: nothing happens',
  ),
  by_itself: entry<{ updates: boolean }>({
    note: 'hook test while the store cannot be asked',
    sample: { updates: false },
    zh: (p) =>
      p.updates
        ? '会告诉这件事处理中的工单，没有就什么也不做（数据还没有，没法查）'
        : '这件事没有处理中的工单就会开一张，有就作为备注告诉它（数据还没有，没法查）',
    en: (p) =>
      p.updates
        ? 'It would be told to an open ticket of this matter, if there is one (there is no data yet to look at)'
        : 'It would open a ticket, or be told to an open one of this matter (there is no data yet to look at)',
  }),
  by_hand: line(
    'hook test, above the commands that send it',
    '用 curl 和 openssl 发送：',
    'To send it with curl and openssl:',
  ),
  no_secret: entry<{ source: string }>({
    note: 'hook test --send without a secret',
    sample: { source: 'shop' },
    zh: (p) => `来源 ${p.source} 还没有密钥，先运行 npm run gongdan -- hook secret in:${p.source}`,
    en: (p) => `The source ${p.source} has no secret yet: npm run gongdan -- hook secret in:${p.source} makes one`,
  }),
  sent: entry<{ url: string; status: number }>({
    note: 'hook test --send, what was answered; the body follows',
    sample: { url: 'http://127.0.0.1:3000/hooks/shop', status: 201 },
    zh: (p) => `已发到 ${p.url}，回复 ${p.status}：`,
    en: (p) => `Sent to ${p.url}, answered ${p.status}:`,
  }),
  unreachable: entry<{ url: string }>({
    note: 'hook test --send, nobody answers',
    sample: { url: 'http://127.0.0.1:3000/hooks/shop' },
    zh: (p) => `${p.url} 没有回应，先 npm start（端口不同就加上 PORT=）`,
    en: (p) => `${p.url} does not answer: npm start first (with another port: PORT=)`,
  }),
};
