import type { PlaceName } from '../domain/contact.ts';
import type { Label } from '../domain/refusal.ts';
import { entry, type Entry } from './entry.ts';
import { enAt, QIANNIU, zhAt } from './place.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const fact = (zh: string, en: string): Entry<null> =>
  word('label of a fact on a card; at most five characters', zh, en);
const hint = (zh: string, en: string): Entry<null> => word('grey hint inside an empty input', zh, en);

/** Labels of facts on cards, and hints in the inputs that cards open. */
export const field = {
  customer: fact('客户', 'Customer'),
  contact: fact('买家', 'Buyer'),
  shop: fact('店铺', 'Shop'),
  order: fact('订单', 'Order'),
  tracking: fact('运单', 'Tracking'),
  carrier: fact('承运商', 'Carrier'),
  amount: fact('金额', 'Amount'),
  phone: fact('电话', 'Phone'),
  address: fact('地址', 'Address'),
  category: fact('分类', 'Category'),
  tags: fact('标签', 'Tags'),
  files: fact('附件', 'Files'),
  team: fact('组', 'Team'),
  assignee: fact('负责人', 'Assignee'),
  opened: fact('提交', 'Opened'),

  contact_value: entry<{ place: PlaceName & { called?: Label }; handle: string }>({
    note: 'value of the fact "contact": where somebody is reached by hand, and under which nick or number',
    sample: { place: { ...QIANNIU, called: { 'zh-CN': '旺旺', en: 'nick' } }, handle: 'xiaohong88' },
    zh: (p) => contactValue(p.place.name['zh-CN'], p.place.called?.['zh-CN'], p.handle),
    en: (p) => contactValue(p.place.name.en, p.place.called?.en, p.handle),
  }),
  there: entry<PlaceName>({
    note: 'how somebody elsewhere was answered, inside a sentence',
    sample: QIANNIU,
    zh: zhAt,
    en: enAt,
  }),
  told: entry<PlaceName>({
    note: 'button in place of "reply" for somebody who can only be answered elsewhere',
    sample: QIANNIU,
    zh: (p) => `已${zhAt(p)}回复`,
    en: (p) => `Answered ${enAt(p)}`,
  }),

  file_count: entry({
    note: 'value of the fact "files"',
    sample: { count: 2 },
    zh: (p) => `${p.count} 个`,
    en: (p) => `${p.count}`,
  }),

  text_hint: hint('客户会看到这段话', 'The customer reads this'),
  told_hint: hint('你在那边说的话；这里不会发出', 'What you said there; nothing is sent from here'),
  note_text_hint: hint('只有同事看得到', 'Only colleagues see this'),
  note_hint: hint('例如：已核实未发货', 'For example: not shipped yet, verified'),
} as const;

function contactValue(place: string, called: string | undefined, handle: string): string {
  if (handle === '') return place;
  return `${place} · ${called === undefined ? '' : `${called} `}${handle}`;
}
