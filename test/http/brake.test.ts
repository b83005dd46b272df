import { expect, it } from 'vitest';
import { createBrake } from '../../src/http/brake.ts';
import { manualClock } from '../support/clock.ts';

const aSocket = () => {
  const did: string[] = [];
  return {
    did,
    destroyed: false,
    pause: () => void did.push('pause'),
    resume: () => void did.push('resume'),
    destroy() {
      did.push('destroy');
      this.destroyed = true;
    },
  };
};

it('answers a hundred in a second at once, the next ones a second later, and reads nothing from them meanwhile', () => {
  const clock = manualClock();
  const brake = createBrake(clock);
  let answers = 0;
  const refuse = (socket = aSocket()) => {
    brake(socket, () => {
      answers += 1;
    });
    return socket;
  };
  for (let i = 0; i < 100; i += 1) expect(refuse().did).toEqual([]);
  expect(answers).toBe(100);
  const late = refuse();
  expect([late.did, answers]).toEqual([['pause'], 100]);
  clock.advance(999);
  expect(answers).toBe(100);
  clock.advance(1);
  expect([late.did, answers]).toEqual([['pause', 'resume'], 101]);
  // A new second.
  expect(refuse().did).toEqual([]);
  expect(answers).toBe(102);
});

it('cuts off who comes on top of a thousand that wait, and answers nobody who is gone', () => {
  const clock = manualClock();
  const brake = createBrake(clock);
  let answers = 0;
  const sockets = Array.from({ length: 1_101 }, aSocket);
  for (const socket of sockets)
    brake(socket, () => {
      answers += 1;
    });
  expect(sockets.filter(({ did }) => did.includes('destroy'))).toHaveLength(1);
  sockets[500]?.destroy();
  clock.advance(1_000);
  expect(answers).toBe(1_099);
});
