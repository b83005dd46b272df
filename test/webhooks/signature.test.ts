import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { signatureOf } from '../../src/webhooks/signature.ts';
import { signatureFault } from '../support/signature.ts';

const NOW = new Date('2026-11-11T06:30:00.700Z');
const BODY = Buffer.from('{"order":"281234567890123"}');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const good = signatureOf(['secret-a'], NOW, BODY);

describe('a signature', () => {
  it('is what the page about webhooks says, written out by hand', () => {
    const hex = createHmac('sha256', 'secret-a').update(`1794378600.${BODY.toString()}`).digest('hex');
    expect(good).toBe(`t=1794378600,v1=${hex}`);
    expect(signatureFault(good, ['secret-a'], NOW, BODY)).toBeNull();
  });

  it('is good under either of two secrets, and from a sender that signs with both', () => {
    expect(signatureFault(good, ['secret-b', 'secret-a'], NOW, BODY)).toBeNull();
    expect(signatureFault(signatureOf(['secret-x', 'secret-b'], NOW, BODY), ['secret-b'], NOW, BODY)).toBeNull();
    expect(signatureFault(good, ['secret-b'], NOW, BODY)).toBe('wrong');
    expect(signatureFault(good, [], NOW, BODY)).toBe('wrong');
  });

  it('is not good for a body changed by one byte', () => {
    for (let i = 0; i < BODY.length; i += 1) {
      const changed = Buffer.from(BODY);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(signatureFault(good, ['secret-a'], NOW, changed)).toBe('wrong');
    }
  });

  it('lives for five minutes and not before', () => {
    expect(signatureFault(good, ['secret-a'], later(299), BODY)).toBeNull();
    expect(signatureFault(good, ['secret-a'], later(301), BODY)).toBe('too_old');
    expect(signatureFault(good, ['secret-a'], later(-299), BODY)).toBeNull();
    expect(signatureFault(good, ['secret-a'], later(-302), BODY)).toBe('too_new');
  });

  it.each([
    [undefined, 'missing'],
    ['', 'missing'],
    ['abc', 'malformed'],
    [good.replace('t=', 'u='), 'malformed'],
    [good.replace(/,.*/u, ''), 'malformed'],
    [good.slice(0, -1), 'malformed'],
    [`t=1,${good}`, 'malformed'],
    [`${good},${'v0=x,'.repeat(100)}`, 'malformed'],
    [good.replace(/.$/u, 'g'), 'malformed'],
  ])('%j is %s', (header, fault) => {
    expect(signatureFault(header, ['secret-a'], NOW, BODY)).toBe(fault);
  });

  it('of another version beside ours is passed over', () => {
    expect(signatureFault(`${good},v2=whatever`, ['secret-a'], NOW, BODY)).toBeNull();
  });
});

it('is checked by the code on the page as well', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const world = { require: createRequire(import.meta.url), Buffer, Date: { now: () => NOW.getTime() } };
  const isGenuine = runInNewContext(`${code};isGenuine`, world) as (h: string, b: Buffer, s: string) => boolean;
  const both = signatureOf(['secret-b', 'secret-a'], NOW, BODY);
  expect([isGenuine(good, BODY, 'secret-a'), isGenuine(both, BODY, 'secret-a')]).toEqual([true, true]);
  expect(isGenuine(good, BODY, 'secret-b')).toBe(false);
  expect(isGenuine(good, Buffer.from('{}'), 'secret-a')).toBe(false);
  expect(isGenuine(signatureOf(['secret-a'], later(-301), BODY), BODY, 'secret-a')).toBe(false);
});
