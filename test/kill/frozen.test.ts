import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { post } from '../../src/flow/post.ts';
import { manualClock } from '../support/clock.ts';
import { aStore, doubleAdapter } from '../support/flow.ts';

const CONVERSATIONS = 5;
const EACH = 8;
/** The worker that makes this call is frozen while it waits for the answer. */
const FROZEN_AT = 12;
/** Instead of 15 s. */
const TAKEOVER_MS = 2_500;

interface Call {
  readonly by: string;
  readonly conversation: string;
  readonly key: string;
}

async function bodyOf(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Call;
}

it('a worker that is frozen in the middle of its calls is followed, and makes none once it goes on', async () => {
  const on = await aStore();
  const workers = new Map<string, { process: ChildProcess; steps: number }>();
  const calls: Call[] = [];
  const held: { readonly conversation: string; readonly answer: () => void }[] = [];
  let frozen: string | null = null;
  let look: () => void = () => undefined;
  /** Resolves once it holds; looked at whenever something happens. */
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (holds()) resolve();
      };
      look();
    });

  const platform = createServer((request: IncomingMessage, response: ServerResponse) => {
    void bodyOf(request).then((call) => {
      calls.push(call);
      const answer = (): void => {
        response.end(JSON.stringify({ id: `${call.key}-${calls.length}` }));
      };
      if (calls.length === FROZEN_AT) {
        frozen = call.by;
        workers.get(call.by)?.process.kill('SIGSTOP');
      }
      if (call.by === frozen) held.push({ conversation: call.conversation, answer });
      else answer();
      look();
    });
  });
  platform.listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}/`;

  try {
    const parts = {
      store: on.store,
      clock: manualClock(),
      adapters: new Map([['emulated\none', doubleAdapter(manualClock())]]),
    };
    const keys: string[] = [];
    for (let i = 0; i < EACH; i += 1) {
      for (let c = 0; c < CONVERSATIONS; c += 1) {
        const key = `c${c}-${i}`;
        keys.push(`post:${key}`);
        const to = { platform: 'emulated', app: 'one', conversation: `c${c}` };
        const sentence = { key: 'command.list_none', params: { mine: false } } as const;
        await post(parts, { key, to, person: null, sentence, offers: [] });
      }
    }
    for (const name of ['a', 'b']) {
      const args = [join(import.meta.dirname, 'worker.mjs'), on.uri, url, name, String(TAKEOVER_MS)];
      const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const worker = { process: process_, steps: 0 };
      workers.set(name, worker);
      process_.stdout.on('data', (chunk: Buffer) => {
        worker.steps += chunk.toString().split('\n').length - 1;
        look();
      });
    }

    const arrived = (): Set<string> => new Set(calls.map((call) => call.key));
    await until(() => arrived().size === keys.length);
    const followed = calls.length;
    const sleeper = workers.get(frozen ?? '');
    if (sleeper === undefined) throw new Error('nobody was frozen');
    const before = sleeper.steps;
    sleeper.process.kill('SIGCONT');
    const waiting = new Set(held.map(({ conversation }) => conversation));
    for (const { answer } of held) answer();
    // The step that was cut ends, and one more finds that the lease is gone.
    await until(() => sleeper.steps >= before + 2);

    // What it had begun to say may come through only now: one call in a conversation in which none was waiting for its answer.
    const late = calls.slice(followed);
    const begun = new Set(late.filter((call, i) => late.findIndex((c) => c.conversation === call.conversation) === i));
    expect(late.filter((call) => !begun.has(call) || call.by !== frozen)).toEqual([]);
    expect(late.filter((call) => waiting.has(call.conversation))).toEqual([]);
    expect([...arrived()].toSorted()).toEqual(keys.toSorted());
    const byFrozen = calls.filter((call) => call.by === frozen);
    for (let c = 0; c < CONVERSATIONS; c += 1) {
      const here = (from: readonly Call[]): string[] =>
        from.filter((call) => call.conversation === `c${c}`).map((call) => call.key);
      const inFlight = here(byFrozen).at(-1);
      const all = here(calls);
      const inTime = here(calls.slice(0, followed));
      // In order; only the call that was in flight may have been made twice.
      expect(inTime).toEqual(inTime.toSorted());
      for (const key of new Set(all))
        expect(all.filter((k) => k === key).length).toBeLessThan(key === inFlight ? 3 : 2);
    }
  } finally {
    for (const { process: worker } of workers.values()) worker.kill('SIGKILL');
    platform.closeAllConnections();
    platform.close();
    await on.close();
  }
});
