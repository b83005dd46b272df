import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = normalize(join(import.meta.dirname, '..'));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the image', () => {
  // Instructions with their continuation lines joined and comments left out.
  const instructions = read('Dockerfile')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '');
  const lastStage = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));

  it('is built in stages and runs as an ordinary user', () => {
    expect(instructions.filter((line) => line.startsWith('FROM ')).length).toBeGreaterThan(1);
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    const user = lastStage.indexOf('USER node');
    expect(lastStage.findIndex((line) => line.startsWith('CMD '))).toBeGreaterThan(user);
    expect(lastStage.slice(user).filter((line) => /^(?:RUN|COPY|ADD) /.test(line))).toEqual([]);
  });

  it('needs no install script and carries no development package', () => {
    const installs = instructions.filter((line) => line.includes('npm ci'));
    expect(installs.length).toBeGreaterThan(1);
    expect(installs.every((line) => line.includes('--ignore-scripts'))).toBe(true);
    expect(lastStage).toContain('COPY --from=packages /app/node_modules node_modules');
    expect(instructions.some((line) => line.includes('--omit=dev'))).toBe(true);
  });

  it('checks its health with node and gets signals itself', () => {
    expect(lastStage.find((line) => line.startsWith('HEALTHCHECK '))).toMatch(/CMD \["node", .*\/healthz/);
    expect(lastStage.at(-1)).toBe('CMD ["node", "dist/src/main.js"]');
  });

  it('carries everything that is read at run time, and nothing of the machine it was built on', () => {
    expect(lastStage).toContain('COPY demo demo');
    expect(existsSync(join(ROOT, 'demo'))).toBe(true);
    // The pages are built into it; their gallery is made of the tests' samples.
    expect(lastStage).toContain('COPY --from=build /app/dist dist');
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'data', '.env', '*.key']));
    for (const needed of ['demo', 'web', 'test']) expect(ignored).not.toContain(needed);
  });
});

describe('compose.yaml', () => {
  const service = z.object({ image: z.string().optional(), ports: z.array(z.string()).default([]) }).loose();
  const file = z.object({ services: z.record(z.string(), service) }).parse(parse(read('compose.yaml')));

  it('brings up bot and MongoDB, published on this machine only', () => {
    expect(Object.keys(file.services)).toEqual(['bot', 'mongo']);
    expect(file.services['bot']?.ports).toEqual(['127.0.0.1:3000:3000']);
    expect(file.services['mongo']?.ports).toEqual([]);
    expect(file.services['bot']?.['environment']).toMatchObject({ MONGODB_URI: 'mongodb://mongo:27017/gongdan' });
  });

  it('lets the bot drain before it is killed', () => {
    expect(file.services['bot']?.['stop_grace_period']).toBe('15s');
  });
});

describe('.ci/run', () => {
  it('runs what README says and can be run', () => {
    expect(statSync(join(ROOT, '.ci', 'run')).mode & 0o111).not.toBe(0);
    const script = read('.ci/run');
    const places = ['npm ci', 'npm start', 'npm test', 'npm run --silent check:static'].map((c) =>
      script.lastIndexOf(c),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('leaves nothing of `npm run check` out', () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    expect(scripts['check']).toBe('npm run --silent check:static && npm test');
    for (const part of ['format', 'lint', 'types', 'dead']) {
      expect(scripts['check:static']).toContain(`npm run --silent check:${part}`);
      expect(scripts[`check:${part}`]).toBeDefined();
    }
  });
});
