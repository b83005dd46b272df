import type { Faults } from './faults.ts';
import type { Json } from '../json.ts';
import type { Sockets } from './sockets.ts';
import type { State } from './state.ts';
import type { Wire } from './wire.ts';

/** The whole of it. */
export interface DingTalk {
  readonly state: State;
  readonly faults: Faults;
  readonly sockets: Sockets;
  readonly wire: Wire;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

/** A file that came in a form of several parts. */
export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A request, read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or a form's fields; otherwise the text. */
  readonly body: unknown;
  /** The body's fields; none where it has none. */
  readonly args: Json;
  readonly uploads: Readonly<Record<string, Upload>>;
  /** Bytes of the body. */
  readonly size: number;
  /** With what the delivery of a card is to fail; null: it succeeds. */
  readonly undelivered: string | null;
}

export interface Answer {
  readonly status: number;
  readonly json?: Json;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Nothing is answered; the connection is reset. */
  readonly isCut?: boolean;
}

export interface Endpoint {
  /** `new`: token in the header, errors by status. `old`: token in the query, errors with status 200. `open`: no token; errors by status. `hook`: no token; errors as the old API. */
  readonly api: 'new' | 'old' | 'open' | 'hook';
  /** What the app has to be allowed. */
  readonly scope?: string;
  /** Counts against the monthly quota. */
  readonly counts?: true;
  run(ding: DingTalk, asked: Asked): Json | Promise<Json>;
}

export type Endpoints = Readonly<Record<string, Endpoint>>;

/** DingTalk refuses a call. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Json;
  constructor(code: string, status: number, message: string, more: Json) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
  }
}

/** Of the new API. @throws Refusal */
export function refuse(code: string, status = 400, message: string = code, more: Json = {}): never {
  throw new Refusal(code, status, message, more);
}

/** Of the old API: HTTP 200 and an error inside. @throws Refusal */
export function refuseOld(errcode: number, errmsg: string, more: Json = {}): never {
  throw new Refusal(String(errcode), 200, errmsg, more);
}
