import { describe, expect, it } from 'vitest';
import { createLog, type Log, type LogFields } from '../src/log.ts';
import { SetupError, StoreUnavailable } from '../src/errors.ts';

const clock = {
  now: () => new Date('2026-11-11T00:00:00Z'),
  monotonic: () => 0,
  after: () => () => undefined,
};

function recorded(readable = false): { log: Log; lines: () => string[] } {
  const lines: string[] = [];
  const stream = {
    write(line: string) {
      lines.push(line);
    },
  };
  return { log: createLog({ level: 'info', readable, clock, stream }), lines: () => lines };
}

const parse = (line: string | undefined): unknown => JSON.parse(line ?? 'null');

describe('the log', () => {
  it('is one JSON object per line with the time of the clock', () => {
    const { log, lines } = recorded();
    log.child({ ticket: 'T-4821', cause: 'm1' }).info('claimed', { person: 'lilei', ms: 12 });
    expect(parse(lines()[0])).toEqual({
      level: 'info',
      time: '2026-11-11T00:00:00.000Z',
      pid: process.pid,
      ticket: 'T-4821',
      cause: 'm1',
      person: 'lilei',
      ms: 12,
      msg: 'claimed',
    });
    log.debug('below the level');
    expect(lines()).toHaveLength(1);
  });

  it('drops every field that is not listed and says which, never what', () => {
    const { log, lines } = recorded();
    // Fields as they might slip in through a spread that the types cannot see.
    const slipped: LogFields & Record<string, unknown> = {
      ticket: 'T-1',
      text: '我的电话 13812345678',
      token: 'xoxb-secret',
      customer: { name: '小美' },
      secret: 's',
      authorization: 'Bearer s3cr3t',
    };
    log.warn('x', slipped);
    log.child(slipped).error('y');
    expect(lines().join()).not.toMatch(/13812345678|xoxb|小美|s3cr3t/);
    expect(parse(lines()[1])).toMatchObject({ dropped: ['text', 'token', 'customer', 'secret', 'authorization'] });
  });

  it('takes plain values only, short and on one line', () => {
    const { log, lines } = recorded();
    const odd: Record<string, unknown> = { kind: { text: '小美' }, row: `a\nb${'x'.repeat(500)}` };
    log.info('x', odd);
    expect(lines()[0]).not.toContain('小美');
    expect(parse(lines()[0])).toMatchObject({ row: `a/b${'x'.repeat(197)}`, dropped: ['kind'] });
  });

  it('keeps of an error its name, code and place, never its message', () => {
    const { log, lines } = recorded();
    const duplicate = Object.assign(new Error('E11000 dup key: { phone: "13812345678" }'), { code: 11_000 });
    log.error('x', { err: new StoreUnavailable(duplicate) });
    const line = lines()[0] ?? '';
    expect(line).not.toMatch(/13812345678|E11000/);
    expect(parse(line)).toMatchObject({
      err: {
        name: 'StoreUnavailable',
        at: expect.arrayContaining([expect.stringContaining('log.test')]),
        cause: { code: '11000' },
      },
    });
    log.error('x', { err: '小美 threw a text' });
    expect(parse(lines()[1])).toMatchObject({ err: { name: 'string' } });
    log.error('x', { err: new SetupError('the token of slack was refused') });
    expect(lines()[2]).toContain('the token of slack was refused');
    const named = new Error('m');
    named.name = '小美 13812345678';
    log.error('x', { err: named });
    expect(lines()[3]).not.toContain('小美');
  });

  it('is readable in a terminal', () => {
    const { log, lines } = recorded(true);
    log.info('claimed', { ticket: 'T-4821' });
    expect(lines()[0]).toContain('claimed');
    expect(lines()[0]).toContain('T-4821');
    expect(() => parse(lines()[0])).toThrow(SyntaxError);
  });
});
