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

it('reads where people are reached outside, in one order; nothing of it is in a problem', () => {
  const withNotify = (notify: string, email = ''): string =>
    SMALL.replace('teams: [service], accounts', `teams: [service],${email} notify: ${notify}, accounts`);
  const outside = (notify: string, email?: string) =>
    parseShop(withNotify(notify, email), 'gongdan.yaml', 'en').directory.people.get('lilei')?.outside;
  const at = (platform: string, app: string, conversation: string) => ({ platform, app, conversation });
  expect(parseShop(SMALL, 'gongdan.yaml', 'en').directory.people.get('lilei')?.outside).toEqual([]);
  expect(outside("{ phone: '+86 138-0013-8000', sms: +8613800138001, email: true }", ' email: Li@X.cn,')).toEqual([
    at('email', 'main', 'li@x.cn'),
    at('gateway', 'sms', '+8613800138001'),
    at('gateway', 'phone', '+8613800138000'),
  ]);
  expect(outside('{ email: Duty@X.cn }', ' email: li@x.cn,')).toEqual([at('email', 'main', 'duty@x.cn')]);
  // Without quotes YAML loses the plus sign: what could be a number without its country is none.
  for (const wrong of ['13800138000', '+13800138000', "'13800138000'", "'+0138001380'", "'+86'", 'none', '8.6'])
    expect(problems(withNotify(`{ sms: ${wrong} }`))).toEqual([
      'Line 7: people.lilei.notify.sms must be a number with its country code, in quotes, such as "+8613800138000"',
    ]);
  expect(outside("{ sms: '+13800138000' }")).toEqual([at('gateway', 'sms', '+13800138000')]);
  expect(problems(withNotify('{ email: true }'))).toEqual([
    'Line 7: people.lilei.notify.email is true, but this person has no `email`; give one, or write the address here',
  ]);
  expect(problems(withNotify('{ mail: true }'))).toEqual([
    'Line 7: people.lilei.notify has no key "mail"; did you mean email?',
  ]);
});
