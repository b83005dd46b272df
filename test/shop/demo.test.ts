import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidates } from '../../src/domain/routing.ts';
import { loadDemoTickets, parseDemoTickets, provideDemo } from '../../src/shop/demo.ts';
import { loadShop, type Shop } from '../../src/shop/shop.ts';
import { triage } from '../../src/triage/triage.ts';

let data: string;
let shop: Shop;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'gongdan-demo-'));
  shop = await loadShop((await provideDemo(data, 'en')).shop, 'en');
});
afterEach(async () => {
  await rm(data, { recursive: true });
});

describe('the demo shop', () => {
  it('is copied once, and what somebody edited stays', async () => {
    const { shop: path } = await provideDemo(data, 'en');
    await writeFile(path, 'edited');
    await provideDemo(data, 'en');
    expect(await readFile(path, 'utf8')).toBe('edited');
  });

  it('refuses a data folder that cannot be', async () => {
    const file = join(data, 'file');
    await writeFile(file, '');
    await expect(provideDemo(file, 'en')).rejects.toThrow('cannot be written');
  });

  it('has the three teams with a lead each, a manager, an admin and customers, on the sandbox alone', () => {
    const people = [...shop.directory.people.values()];
    expect([...shop.directory.teams.values()].map((t) => t.name)).toEqual(['售前', '售后', '物流']);
    for (const team of shop.directory.teams.keys()) {
      expect(people.filter((p) => p.roles.includes('lead') && p.teams.includes(team))).toHaveLength(1);
    }
    expect(people.filter((p) => p.roles.includes('manager'))).toHaveLength(1);
    expect(people.filter((p) => p.roles.includes('admin'))).toHaveLength(1);
    const platforms = [...shop.directory.accounts.keys(), ...shop.directory.groups.keys()].map((k) => k.split('\n')[0]);
    expect(new Set(platforms)).toEqual(new Set(['sandbox']));
    const ids = shop.sandbox?.conversations.map((c) => c.id);
    expect(ids).toEqual(expect.arrayContaining(['c-xiaomei', 'g-presale', 'g-aftersale', 'g-logistics', 'd-lilei']));
  });

  it('sends every category to exactly one team', () => {
    for (const category of shop.directory.categories.keys()) {
      expect(candidates(shop.directory, { category, shop: 'qingtian' })).toHaveLength(1);
    }
  });

  it('has tickets in both languages, each about something, at most one overdue at the start', async () => {
    const tickets = await loadDemoTickets(join(data, 'demo', 'tickets.yaml'), shop, 'en');
    const openings = tickets.map((t) => t.steps[0]).flatMap((s) => (s !== undefined && 'says' in s ? [s] : []));
    expect(openings).toHaveLength(7);
    const triaged = openings.map((s) => triage(s.says, shop.rules));
    expect(triaged.every((t) => t.category !== null)).toBe(true);
    expect(new Set(triaged.map((t) => t.language))).toEqual(new Set(['zh', 'en']));
    const unanswered = tickets.filter((t) => t.steps.length === 1);
    const { firstResponseMs } = shop.directory.promises.base;
    expect(unanswered.filter((t) => (t.steps[0]?.agoMs ?? 0) > firstResponseMs)).toHaveLength(1);
    expect(new Set(tickets.map((t) => t.customer)).size).toBe(tickets.length);
  });

  it('has every ticket handled by the team it is routed to', async () => {
    const tickets = await loadDemoTickets(join(data, 'demo', 'tickets.yaml'), shop, 'en');
    const strangers = tickets.flatMap(({ steps }) => {
      const opening = steps.flatMap((s) => ('says' in s ? [s.says] : []))[0] ?? '';
      const { category } = triage(opening, shop.rules);
      const [team] = candidates(shop.directory, { category, shop: 'qingtian' });
      const actors = steps.flatMap((s) => ('by' in s ? [s.by] : []));
      return actors.filter((id) => shop.directory.people.get(id)?.teams.includes(team?.id ?? '') !== true);
    });
    expect(strangers).toEqual([]);
  });

  it('names what is wrong with the tickets', () => {
    const wrong = `- customer: alic
  steps:
    - { ago: 3m, says: a }
    - { ago: 4m, by: lile, does: 认领 }
- customer: ben
  steps:
    - { ago: 3m, by: lilei, does: 认领 }
`;
    expect(() => parseDemoTickets(wrong, shop, 'en')).toThrow(
      [
        'tickets.yaml has 4 problems:',
        'Line 1: 0.customer names the customer "alic", which is not defined; did you mean alice?',
        'Line 4: 0.steps.1.by names the person "lile", which is not defined; did you mean lilei?',
        "Line 4: 0.steps.1 is out of order: the customer's words come first, then everything by time",
        "Line 7: 1.steps.0 is out of order: the customer's words come first, then everything by time",
      ].join('\n  - '),
    );
  });
});
