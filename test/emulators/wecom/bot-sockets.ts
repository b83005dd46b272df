import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { asObject, asText, isObject, parsed, type Json } from '../json.ts';
import { COMMANDS } from './bot-commands.ts';
import type { BotState } from './bot-state.ts';
import { Refusal } from './method.ts';

interface Line {
  readonly socket: WebSocket;
  readonly raw: Duplex;
  isSubscribed: boolean;
}

type Fault = number | 'lost' | 'pass';

/** WeCom's end of the long connection. */
export interface BotSockets {
  upgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void;
  /** To the subscribed socket; false: there is none. */
  push(frame: unknown): boolean;
  readonly count: number;
  readonly subscribed: number;
  drops(): void;
  kicks(): void;
  refuses(errcode: number, times: number): void;
  fails(cmd: string, ...faults: readonly Fault[]): void;
  close(): void;
}

export function createBotSockets(bot: BotState): BotSockets {
  const { state } = bot;
  const server = new WebSocketServer({ noServer: true });
  const faults = new Map<string, Fault[]>();
  const refusals: number[] = [];
  const timers = new Set<() => void>();
  let lines: Line[] = [];
  let subscribed = 0;

  const write = (line: Line, frame: unknown): void => {
    if (line.socket.readyState === line.socket.OPEN) line.socket.send(JSON.stringify(frame));
  };

  /** Acknowledges, at once or late by the clock. */
  const ack = (line: Line, reqId: string, errcode: number, errmsg: string, body: Json): void => {
    const frame = { headers: { req_id: reqId }, errcode, errmsg, ...(Object.keys(body).length > 0 && { body }) };
    if (bot.settings.ackDelayMs === 0) {
      write(line, frame);
      return;
    }
    const stop = state.clock.after(bot.settings.ackDelayMs, () => {
      timers.delete(stop);
      write(line, frame);
    });
    timers.add(stop);
  };

  const end = (line: Line): void => {
    line.isSubscribed = false;
    write(line, {
      cmd: 'aibot_event_callback',
      headers: { req_id: state.next('req-') },
      body: {
        msgid: state.next('event-'),
        create_time: Math.floor(state.now() / 1_000),
        aibotid: bot.bot.botId,
        msgtype: 'event',
        event: { eventtype: 'disconnected_event' },
      },
    });
    line.socket.close();
  };

  const subscribe = (line: Line, reqId: string, body: Json): void => {
    subscribed += 1;
    const refused = refusals.shift();
    const isKnown = body['bot_id'] === bot.bot.botId && body['secret'] === bot.bot.secret;
    if (refused !== undefined || !isKnown) {
      const errcode = refused ?? 40001;
      write(line, { headers: { req_id: reqId }, errcode, errmsg: 'invalid credential' });
      return;
    }
    for (const other of lines.filter((l) => l.isSubscribed && l !== line)) end(other);
    line.isSubscribed = true;
    write(line, { headers: { req_id: reqId }, errcode: 0, errmsg: 'ok' });
  };

  const obey = (line: Line, cmd: string, reqId: string, body: Json): void => {
    const fault = faults.get(cmd)?.shift() ?? faults.get('*')?.shift() ?? 'pass';
    let [errcode, errmsg]: [number, string] = [0, 'ok'];
    let more: Json = {};
    try {
      const command = Object.hasOwn(COMMANDS, cmd) ? COMMANDS[cmd] : undefined;
      if (command === undefined) {
        state.find(`there is no ${cmd}`);
        throw new Refusal(40058, 'invalid cmd', {});
      }
      if (!line.isSubscribed) throw new Refusal(40014, 'not subscribed', {});
      if (typeof fault === 'number') throw new Refusal(fault, 'error', {});
      more = command(bot, reqId, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errcode = error.errcode;
      errmsg = error.message;
    }
    bot.frames.push({ cmd, reqId, body, errcode, at: state.clock.now() });
    if (fault !== 'lost') ack(line, reqId, errcode, errmsg, more);
  };

  const hear = (line: Line, text: string): void => {
    const frame = parsed(text);
    const reqId = asText(asObject(asObject(frame)['headers'])['req_id']);
    if (!isObject(frame) || reqId === '') {
      state.find('what came over the socket is no frame');
      return;
    }
    const cmd = asText(frame['cmd']);
    const body = asObject(frame['body']);
    if (cmd === 'aibot_subscribe') subscribe(line, reqId, body);
    else if (cmd === 'ping') {
      if (bot.settings.pongs) write(line, { headers: { req_id: reqId }, errcode: 0, errmsg: 'ok' });
    } else obey(line, cmd, reqId, body);
    state.touch();
  };

  return {
    upgrade(request, raw, head) {
      server.handleUpgrade(request, raw, head, (socket) => {
        const line: Line = { socket, raw, isSubscribed: false };
        lines.push(line);
        socket.on('close', () => {
          lines = lines.filter((other) => other !== line);
          state.touch();
        });
        socket.on('error', () => {
          socket.terminate();
        });
        // Messages arrive as Buffers, unless `binaryType` was changed.
        socket.on('message', (data) => {
          hear(line, (data as Buffer).toString());
        });
      });
    },
    push(frame) {
      const line = lines.find((l) => l.isSubscribed);
      if (line !== undefined) write(line, frame);
      return line !== undefined;
    },
    get count() {
      return lines.filter((l) => l.isSubscribed).length;
    },
    get subscribed() {
      return subscribed;
    },
    drops() {
      for (const line of lines) line.raw.destroy();
    },
    kicks() {
      for (const line of lines.filter((l) => l.isSubscribed)) end(line);
    },
    refuses(errcode, times) {
      refusals.push(...Array.from({ length: times }, () => errcode));
    },
    fails(cmd, ...more) {
      faults.set(cmd, [...(faults.get(cmd) ?? []), ...more]);
    },
    close() {
      for (const stop of timers) stop();
      for (const line of lines) line.socket.terminate();
      server.close();
    },
  };
}
