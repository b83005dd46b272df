import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressOf } from '../../../adapters/dingtalk/connection.ts';
import { deferred } from '../../emulators/json.ts';
import { LEAVING, openGateway, robotFrame, type Gateway } from './gateway.ts';
import { streaming, textIn, turns, until, type Streaming } from './streaming.ts';

/** Which socket something goes over, and when each is closed (fact sheet, 1.5 and 1.8). */

let gateway: Gateway;
let running: Streaming;
beforeEach(async () => {
  gateway = await openGateway();
  running = await streaming({ apiUrl: gateway.url });
  await running.stream.open();
});
afterEach(async () => {
  await gateway.close();
  await running.close();
});

const isUp = (wanted: boolean) => until(() => running.stream.isConnected(), wanted);
const acked = () => gateway.sockets.map((one) => one.acked);

test('the ticket stands in the address, encoded', async () => {
  const { sockets } = gateway;
  expect(sockets.map(({ address }) => address)).toEqual(['/connect?ticket=a+ticket%2Bwith%2Fsigns%3D']);
});

test('nothing goes in the clear to a DingTalk that is not', () => {
  const clear = { endpoint: 'ws://stream.example/connect', ticket: 't' };
  expect(() => addressOf(clear, 'https://api.example')).toThrow('without encryption');
  expect(addressOf(clear, 'http://api.example')).toBe('ws://stream.example/connect?ticket=t');
  expect(addressOf({ endpoint: 'wss://s.example/c?a=1', ticket: 't' }, 'https://a.example')).toBe(
    'wss://s.example/c?a=1&ticket=t',
  );
});

test('what came on the old socket is worked, and acknowledged there, until it closes', async () => {
  const { on, texts } = running;
  const first = deferred<null>();
  const begun: string[] = [];
  on.robot = async (data) => {
    begun.push(textIn(data));
    if (begun.length === 1) await first.promise;
  };
  gateway.push(0, robotFrame('m-1', '一'));
  await until(() => begun, ['一']);
  gateway.push(0, LEAVING);
  gateway.push(0, LEAVING);
  await until(() => gateway.sockets.length, 2);
  gateway.push(0, robotFrame('m-2', '二'));
  gateway.push(1, robotFrame('m-3', '三'));
  await until(acked, [['m-2'], ['m-3']]);
  first.resolve(null);
  await until(acked, [['m-2', 'm-1'], ['m-3']]);
  expect(texts).toEqual([]);
  await turns(20);
  expect(gateway.sockets).toHaveLength(2);
});

test('an acknowledgement whose socket is gone travels over the newest', async () => {
  const { on } = running;
  const stored = deferred<null>();
  on.robot = async () => {
    await stored.promise;
  };
  gateway.push(0, robotFrame('m-1', '一'));
  await turns(20);
  gateway.sockets[0]?.socket.terminate();
  await until(() => gateway.sockets.length, 2);
  await isUp(true);
  stored.resolve(null);
  await until(acked, [[], ['m-1']]);
  expect(gateway.sockets).toHaveLength(2);
});

test('an announced end that does not come is made after 15 seconds', async () => {
  const { clock, stream } = running;
  gateway.push(0, LEAVING);
  await until(() => gateway.sockets.length, 2);
  gateway.push(1, robotFrame('m-1', '一'));
  await until(acked, [[], ['m-1']]);
  const closed: number[] = [];
  gateway.sockets[0]?.socket.on('close', (code) => closed.push(code));
  clock.advance(14_999);
  await turns(20);
  expect(closed).toEqual([]);
  clock.advance(1);
  await until(() => closed, [1000]);
  await turns(20);
  expect(stream.isConnected()).toBe(true);
  expect(gateway.sockets).toHaveLength(2);
});

test('a stop says goodbye, and waits a second for an answer', async () => {
  const { clock, stream } = running;
  const other = gateway.sockets[0]?.socket;
  other?.pause();
  let isClosed = false;
  const closing = stream.close().then(() => {
    isClosed = true;
  });
  await turns(20);
  clock.advance(999);
  await turns(20);
  expect(isClosed).toBe(false);
  clock.advance(1);
  await closing;
  expect(isClosed).toBe(true);
});

test.each<[string, unknown]>([
  ['no address', { ticket: 't' }],
  ['no ticket', { endpoint: 'ws://127.0.0.1:1/connect' }],
  ['an address of another kind', { endpoint: 'http://127.0.0.1:1/connect', ticket: 't' }],
  ['an address at which nobody is', { endpoint: 'ws://127.0.0.1:1/connect', ticket: 't' }],
  ['nothing', null],
])('%s: it is tried again', async (_, answer) => {
  const { stream, clock, lines } = running;
  await stream.close();
  gateway.answer = () => answer;
  await stream.open();
  expect(stream.isConnected()).toBe(false);
  expect(lines).toHaveLength(1);
  gateway.answer = (right) => right;
  clock.advance(1_000);
  await isUp(true);
});
