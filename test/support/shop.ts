export interface ShopPlan {
  /** Colleagues a1, a2, ... of 售后 beside the named ones. */
  readonly agents?: number;
  /** Customers k1, k2, ... with a chat each. */
  readonly customers?: number;
  /** Further top-level lines. */
  readonly more?: string;
  /** Lines under `sandbox`, indented by two. */
  readonly sandbox?: string;
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const colleague = (id: string, name: string, role: string, teams: string, more = ''): string =>
  `  ${id}: { name: ${name}, roles: [${role}], teams: [${teams}], accounts: { sandbox: { user: ${id}, direct: d-${id} } }${more} }`;

/**
 * The text of a gongdan.yaml: teams 售后 (aftersale, everything but parcels) and 物流 (logistics); 李雷 and 王芳 of 售后, their lead 陈静,
 * 孙伟 leads 物流, Daniel is in 物流 and reads English, 周敏 is the manager.
 */
export function aShop(plan: ShopPlan = {}): string {
  const { agents = 0, customers = 40, more = '', sandbox = '' } = plan;
  return [
    'shops:',
    '  qingtian: { name: 晴天家居, apps: [sandbox] }',
    'teams:',
    '  aftersale: { name: 售后, groups: { sandbox: g-aftersale } }',
    '  logistics: { name: 物流, categories: [logistics], groups: { sandbox: g-logistics } }',
    'people:',
    colleague('lilei', '李雷', 'agent', 'aftersale'),
    colleague('wangfang', '王芳', 'agent', 'aftersale'),
    colleague('chenjing', '陈静', 'lead, agent', 'aftersale'),
    colleague('sunwei', '孙伟', 'lead, agent', 'logistics'),
    colleague('daniel', 'Daniel Wu', 'agent', 'logistics', ', locale: en'),
    colleague('zhoumin', '周敏', 'manager', ''),
    ...count(agents).map((i) => colleague(`a${i}`, `客服${i}号`, 'agent', 'aftersale')),
    more,
    'sandbox:',
    sandbox,
    '  customers:',
    ...count(customers).map((i) => `    k${i}: { name: 顾客${i} }`),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
