import { entry, type Entry } from './entry.ts';

const word = (note: string, zh: string, en: string): Entry<null> =>
  entry({ note, sample: null, zh: () => zh, en: () => en });
const fact = (zh: string, en: string): Entry<null> =>
  word('label of a fact on a card; at most five characters', zh, en);
const hint = (zh: string, en: string): Entry<null> => word('grey hint inside an empty input', zh, en);

/** Labels of facts on cards, and hints in the inputs that cards open. */
export const field = {
  customer: fact('客户', 'Customer'),
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

  file_count: entry({
    note: 'value of the fact "files"',
    sample: { count: 2 },
    zh: (p) => `${p.count} 个`,
    en: (p) => `${p.count}`,
  }),

  text_hint: hint('客户会看到这段话', 'The customer reads this'),
  note_text_hint: hint('只有同事看得到', 'Only colleagues see this'),
  note_hint: hint('例如：已核实未发货', 'For example: not shipped yet, verified'),
} as const;
