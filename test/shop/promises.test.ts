import { describe, expect, it } from 'vitest';
import { termsOf } from '../../src/domain/terms.ts';
import { SetupError } from '../../src/errors.ts';
import { parseShop } from '../../src/shop/shop.ts';

const SMALL = `
shops:
  main: { name: 小店, apps: [slack/T1] }
teams:
  service: { name: 客服, groups: { slack/T1: [C1, C2], sandbox: g-service } }
people:
  lilei: { name: 李雷, roles: [agent], teams: [service], accounts: { slack/T1: U1, sandbox: { user: lilei, direct: d-lilei } } }
`;

/** The sentences that are printed, without the heading. */
function problems(source: string): string[] {
  try {
    parseShop(source, 'gongdan.yaml', 'en');
  } catch (error) {
    if (error instanceof SetupError) return error.message.split('\n  - ').slice(1);
    throw error;
  }
  return [];
}

describe('policies in gongdan.yaml', () => {
  it('promises by category, priority, tier and shop, each with a ladder and waits of its own', () => {
    const { directory } = parseShop(
      `${SMALL}
policies:
  resolution: 12h
  waits: { warehouse: 2h }
  nonstop: [firstResponse]
  rules:
    - { id: vip, tags: [VIP], share: 0.5, ladder: [{ at: 1/2, to: handler }, { at: 1, to: manager }], repeats: 0 }
    - { categories: [logistics], waits: { carrier: 48h }, penalty: 48h }
    - { priorities: [urgent], shops: [main], resolution: 4h, nextResponse: 90s }
`,
      'x',
      'en',
    );
    const { promises } = directory;
    const plain = { category: null, priority: 'normal', tags: [], shop: 'main' } as const;
    const hours = (n: number): number => n * 3_600_000;
    expect(termsOf(promises, plain)).toMatchObject({
      firstResponseMs: 180_000,
      nextResponseMs: 600_000,
      resolutionMs: hours(12),
      penaltyMs: null,
      rules: [],
      nonstop: ['firstResponse'],
      repeats: 2,
      waitMs: { customer: hours(48), warehouse: hours(2), finance: hours(8), carrier: hours(24) },
    });
    const busy = termsOf(promises, { category: 'logistics.stalled', priority: 'urgent', tags: ['Vip'], shop: 'main' });
    expect(busy).toMatchObject({
      firstResponseMs: 90_000,
      nextResponseMs: 45_000,
      resolutionMs: hours(2),
      penaltyMs: hours(48),
      repeats: 0,
      rules: ['half.tags', 'vip', 'rule.2', 'rule.3'],
      ladder: [
        { at: 0.5, to: 'handler' },
        { at: 1, to: 'manager' },
      ],
      waitMs: { customer: hours(48), warehouse: hours(2), finance: hours(8), carrier: hours(48) },
    });
    expect(termsOf(promises, { ...plain, shop: 'other', priority: 'urgent' }).resolutionMs).toBe(hours(12));
    // Another number for other promises, the same where only something else is another.
    const version = (source: string): number => parseShop(source, 'x', 'en').directory.promises.version;
    expect(version(`${SMALL}\nfiling: { drafts: 2d }`)).toBe(version(SMALL));
    expect(version(`${SMALL}\npolicies: { resolution: 23h }`)).not.toBe(version(SMALL));
    expect(version(SMALL.replace('name: 客服,', 'name: 客服, hours: "9:00-18:00",'))).not.toBe(version(SMALL));
  });

  it.each([
    ['ladder: [{ at: 20h, to: handler }]', 'policies.ladder.0.at is a share of the limit above 0 and up to 10'],
    ['ladder: [{ at: 0, to: handler }]', 'it is "0"'],
    ['ladder: [{ at: 1, to: hander }]', 'did you mean handler?'],
    ['ladder: [{ at: 1, too: handler }]', 'has no key "too"'],
    ['ladder: []', 'policies.ladder'],
    ['ladder: [{ at: 1, to: lead }, { at: 1.0, to: lead }]', 'policies.ladder.1 is there twice'],
    ['rules: [{ share: 11 }]', 'policies.rules.0.share'],
    ['rules: [{ categories: [logistcs], share: 0.5 }]', 'did you mean logistics?'],
    ['rules: [{ shops: [mian], share: 0.5 }]', 'did you mean main?'],
    ['rules: [{ id: a, share: 0.5 }, { id: a, share: 0.4 }]', 'policies.rules.1.id'],
    ['rules: [{ resolutoin: 4h }]', 'did you mean resolution?'],
    ['waits: { warehose: 4h }', 'did you mean warehouse?'],
    ['nonstop: [penalti]', 'did you mean penalty?'],
  ])('says what is wrong with the policy %s', (policy, why) => {
    const found = problems(`${SMALL}\npolicies: { ${policy} }`);
    expect(found.join('\n')).toContain(why);
    expect(found[0]).toMatch(/^Line \d+: /);
  });
});
