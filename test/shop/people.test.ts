import { expect, it } from 'vitest';
import { SetupError } from '../../src/errors.ts';
import { parseShop } from '../../src/shop/shop.ts';

const SMALL = `
shops:
  main: { name: 小店, apps: [sandbox] }
teams:
  service: { name: 客服, groups: { sandbox: g-service } }
people:
  lilei: { name: 李雷, roles: [agent], teams: [service], accounts: { sandbox: lilei } }
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

it('knows people by their address, in lower case, one person each; addresses are in no problem', () => {
  const withEmails = (first: string, second = 'wang@example.com'): string =>
    `${SMALL}  wangfang: { name: 王芳, roles: [agent], teams: [service], email: ${second} }\n`.replace(
      'teams: [service], accounts',
      `teams: [service], email: '${first}', accounts`,
    );
  const { directory } = parseShop(withEmails(' Li.Lei@Example.COM '), 'gongdan.yaml', 'en');
  expect([...directory.people.values()].map((p) => p.email)).toEqual(['li.lei@example.com', 'wang@example.com']);
  expect(parseShop(SMALL, 'gongdan.yaml', 'en').directory.people.get('lilei')).not.toHaveProperty('email');
  expect(problems(withEmails('li@example.com', 'LI@example.com'))).toEqual([
    "Line 8: people.wangfang.email is the same address as people.lilei.email; an address is one person's",
  ]);
  for (const wrong of ['lilei', 'lilei@', '@example.com', 'li lei@example.com', 'a@b@c.com', ''])
    expect(problems(withEmails(wrong))).toEqual([
      'Line 7: people.lilei.email is no e-mail address; one looks like name@example.com',
    ]);
  expect(problems(withEmails('1@x.cn', '[a@x.cn]'))).toEqual(['Line 8: people.wangfang.email must be a text']);
  expect(problems(withEmails('1@x.cn').replace('email: wang', 'emial: wang'))).toEqual([
    'Line 8: people.wangfang has no key "emial"; did you mean email?',
  ]);
});
