import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { createMetrics } from '../src/http/metrics.ts';
import { createLog } from '../src/log.ts';
import { systemClock } from '../src/clock.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const dashboard = z
  .object({
    uid: z.string(),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
    panels: z.array(
      z.object({
        id: z.number(),
        type: z.string(),
        title: z.string().min(1),
        description: z.string().optional(),
        datasource: z.object({ uid: z.string() }).optional(),
        targets: z.array(z.object({ expr: z.string(), legendFormat: z.string().min(1) })).default([]),
        gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
      }),
    ),
  })
  .parse(JSON.parse(read('ops/grafana/gongdan.json')));

const rules = z
  .object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^Gongdan[A-Z]\w+$/),
            expr: z.string(),
            for: z.string().regex(/^\d+[sm]$/),
            labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
            annotations: z.strictObject({ summary: z.string().min(10), todo: z.string().min(20) }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read('ops/prometheus/alerts.yaml')))
  .groups.flatMap((group) => group.rules);

const drawn = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const asked = rules.map(({ expr }) => expr);
const all = [...drawn, ...asked];

/** Names of series in an expression: a word that is followed by no bracket of a call. */
const seriesIn = (expr: string): string[] => expr.match(/\b(?:gongdan|process|nodejs)_\w+/g) ?? [];
const labelsIn = (expr: string): string[] =>
  [
    ...[...expr.matchAll(/([a-z_]\w*)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name]) => name ?? ''),
    ...[...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].flatMap(([, names]) => (names ?? '').split(',')),
  ].map((name) => name.trim());

/** What a scrape offers, with the labels that ours have. */
async function offered(): Promise<{ series: ReadonlySet<string>; labels: ReadonlySet<string> }> {
  const log = createLog({ level: 'silent', readable: false, clock: systemClock });
  const queues = async () => ({
    inboxDepth: 1,
    outboxDepth: 1,
    outboxOldestMs: 1,
    deadLetters: 1,
    parkedRows: 1,
    hooks: [{ subscription: 's', pending: 1, oldestMs: 1, paused: false }],
  });
  const backup = async () => ({ ageMs: 1, bytes: 1 });
  const metrics = createMetrics({ log, queues, backup });
  metrics.inbound('p', 'k', 'stored');
  metrics.intent('claim', 'done');
  metrics.delivered('a', 'draw', 1);
  metrics.seen('a', 1);
  metrics.platform('a', true);
  metrics.failed('a', 'auth');
  metrics.notified('s', 'done');
  metrics.hook('s', 'opened');
  metrics.alarm('parked', {});
  metrics.write('insert', 'inbox');
  metrics.job('wake', { lagMs: 1, tookMs: 1, failed: false }, new Date());
  const { body } = await metrics.scrape();
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const labels = lines.flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map(([, name]) => name ?? ''));
  return { series: new Set(lines.map((line) => /^\w+/.exec(line)?.[0] ?? '')), labels: new Set(labels) };
}

describe('dashboard and alert rules', () => {
  it('ask for nothing that is not there', async () => {
    const { series, labels } = await offered();
    expect(all.flatMap(seriesIn).length).toBeGreaterThan(30);
    expect(all.flatMap(seriesIn).filter((name) => !series.has(name))).toEqual([]);
    // Prometheus adds the process's address, and moves a label `job` of ours out of the way of its own.
    const known = new Set([...labels, 'instance', 'exported_job']);
    expect(all.flatMap(labelsIn).filter((name) => !known.has(name))).toEqual([]);
    expect(all.flatMap(labelsIn)).not.toContain('job');
  });

  it('are expressions whose brackets and quotes close', () => {
    const open: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };
    const balanced = (expr: string): boolean => {
      const stack: string[] = [];
      for (const sign of expr.replaceAll(/"[^"]*"/g, '')) {
        if ('({['.includes(sign)) stack.push(sign);
        else if (sign === '"' || (sign in open && stack.pop() !== open[sign])) return false;
      }
      return stack.length === 0;
    };
    expect(balanced('sum(rate(x{a="b"}[5m]))')).toBe(true);
    expect(balanced('sum(rate(x{a="b"}[5m])')).toBe(false);
    expect(all.filter((expr) => !balanced(expr))).toEqual([]);
  });

  it('show or watch every figure of the operations page, and watch whatever is to be looked at when it is above zero', () => {
    const table = [...read('docs/operations.md').matchAll(/^\| `(gongdan_\w+)` \| [^|]* \| ([^|]*) \|$/gm)];
    expect(table.length).toBeGreaterThan(10);
    const mentions = (exprs: readonly string[], name: string): boolean =>
      exprs.flatMap(seriesIn).some((series) => series.replace(/_(?:bucket|count|sum)$/, '') === name);
    const missing = table.filter(([, name = '', when = '']) => {
      const isWatched = when.trim() === 'capacity planning' || mentions(asked, name);
      return !mentions(drawn, name) || !isWatched;
    });
    expect(missing.map(([, name]) => name)).toEqual([]);
  });

  it('fit together: panels do not overlap, each says what it is, each is drawn from the chosen source', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    const charts = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(charts.filter((p) => (p.description ?? '') === '' || p.targets.length === 0)).toEqual([]);
    expect(charts.every((p) => p.datasource?.uid === '${datasource}')).toBe(true);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'instance']);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it('are named on the operations page', () => {
    const files = ['grafana', 'prometheus'].flatMap((folder) =>
      readdirSync(join(ROOT, 'ops', folder)).map((name) => `ops/${folder}/${name}`),
    );
    expect(files).toHaveLength(2);
    for (const file of files) expect(read('docs/operations.md')).toContain(`\`${file}\``);
  });
});
