import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/errors.ts';
import { deferred } from '../../emulators/json.ts';
import { turns, until } from './botting.ts';
import { runCallback, saying, type Answer, type Callback } from './callback.ts';

/** What the app's callback is answered, and when (fact sheet, 2.3). */

const HELLO = {
  kind: 'message',
  id: 'm:4561255354251345929',
  user: 'mycreate',
  sort: 'text',
  text: 'hello',
  mediaId: null,
};
const OK: Answer = { status: 200, body: '' };
const AWAY = new StoreUnavailable(new Error('test'));

let callback: Callback;
beforeEach(async () => {
  callback = await runCallback();
});
afterEach(async () => {
  await callback.close();
});

describe('200 means that it is stored', () => {
  test('it is answered as soon as it is, whatever goes on after', async () => {
    const rest = deferred<null>();
    callback.handle = async (_, stored) => {
      stored();
      stored();
      await rest.promise;
      throw new TypeError('a fault of ours');
    };
    expect(await callback.delivers(saying('hello'))).toEqual(OK);
    rest.resolve(null);
    await until(() => callback.failures, [new TypeError('a fault of ours')]);
  });

  test('and not before', async () => {
    const stored = deferred<null>();
    let begun = false;
    callback.handle = async () => {
      begun = true;
      await stored.promise;
    };
    let isAnswered = false;
    const told = callback.delivers(saying('hello')).finally(() => {
      isAnswered = true;
    });
    await until(() => begun, true);
    await turns(20);
    expect(isAnswered).toBe(false);
    stored.resolve(null);
    expect(await told).toEqual(OK);
  });

  test('with the store away it is 503, told to nobody, and taken when it comes again', async () => {
    const { handle } = callback;
    callback.handle = () => Promise.reject(AWAY);
    expect(await callback.delivers(saying('hello'))).toEqual({ status: 503, body: '' });
    expect(callback.failures).toEqual([]);
    callback.handle = handle;
    expect(await callback.delivers(saying('hello'))).toEqual(OK);
    expect(callback.taken).toEqual([HELLO]);
  });

  test('what fails in another way is told, and not acknowledged', async () => {
    callback.handle = () => Promise.reject(new TypeError('a fault of ours'));
    expect((await callback.delivers(saying('hello'))).status).toBeGreaterThanOrEqual(500);
    expect(callback.failures).toEqual([new TypeError('a fault of ours')]);
  });

  test('what fails at once does not bar the way for what comes after it', async () => {
    const { handle } = callback;
    callback.handle = () => {
      throw new TypeError('a fault of ours');
    };
    expect((await callback.delivers(saying('hello'))).status).toBeGreaterThanOrEqual(500);
    expect(callback.failures).toEqual([new TypeError('a fault of ours')]);
    callback.handle = handle;
    expect(await callback.delivers(saying('hello'))).toEqual(OK);
  });

  test('while nothing is taken in it is 503', async () => {
    callback.isOpen = false;
    expect(await callback.delivers(saying('hello'))).toEqual({ status: 503, body: '' });
    expect(callback.taken).toEqual([]);
  });
});

describe('the same three times at once', () => {
  const thrice = () => Promise.all(['a', 'b', 'c'].map(() => callback.delivers(saying('hello'))));

  test('is handled once, and acknowledged three times, when it is stored', async () => {
    const stored = deferred<null>();
    let times = 0;
    callback.handle = async () => {
      times += 1;
      await stored.promise;
    };
    const told = thrice();
    await until(() => times, 1);
    await turns(20);
    stored.resolve(null);
    expect(await told).toEqual([OK, OK, OK]);
    expect(times).toBe(1);
  });

  test('is acknowledged by none when it could not be stored', async () => {
    const stored = deferred<null>();
    let times = 0;
    callback.handle = async () => {
      times += 1;
      await stored.promise;
      throw AWAY;
    };
    const told = thrice();
    await until(() => times, 1);
    await turns(20);
    stored.resolve(null);
    expect((await told).map(({ status }) => status)).toEqual([503, 503, 503]);
    expect([times, callback.failures]).toEqual([1, []]);
  });

  test('comes too late for a wait when it is stored already', async () => {
    const rest = deferred<null>();
    let times = 0;
    callback.handle = async (_, stored) => {
      times += 1;
      stored();
      await rest.promise;
    };
    expect(await callback.delivers(saying('hello'))).toEqual(OK);
    expect(await thrice()).toEqual([OK, OK, OK]);
    expect(times).toBe(1);
    rest.resolve(null);
  });

  test('two things at once wait for nobody', async () => {
    const stored = deferred<null>();
    callback.handle = (event) => (event.id === HELLO.id ? stored.promise.then(() => undefined) : Promise.resolve());
    const first = callback.delivers(saying('hello'));
    expect(await callback.delivers(saying('hello', { MsgId: '7' }))).toEqual(OK);
    stored.resolve(null);
    expect(await first).toEqual(OK);
  });
});
