import type { Json } from '../json.ts';
import type { Faults } from './faults.ts';
import type { State } from './state.ts';
import type { Wire } from './wire.ts';

/** The whole of it but the bot. */
export interface WeCom {
  readonly state: State;
  readonly faults: Faults;
  readonly wire: Wire;
  readonly url: string;
}

/** A request, read. */
export interface Asked {
  readonly method: string;
  /** Without `/cgi-bin/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came. */
  readonly raw: string;
  readonly body: unknown;
  /** Its fields; none where it is no JSON object. */
  readonly args: Json;
  readonly upload: { readonly name: string; readonly bytes: Uint8Array } | null;
  /** Members that are refused this time. */
  readonly invalid: readonly string[];
  /** Of the app whose token it bears; 0: none. */
  readonly agentId: number;
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
  readonly method: 'GET' | 'POST';
  /** Without an access token. */
  readonly open?: true;
  /** Fields beside `errcode` and `errmsg`, or an answer of its own. */
  run(wecom: WeCom, asked: Asked): Json | { readonly answer: Answer };
}

export type Endpoints = Readonly<Record<string, Endpoint>>;

/** WeCom refuses a call: HTTP 200, an error inside. */
export class Refusal extends Error {
  readonly errcode: number;
  readonly more: Json;
  constructor(errcode: number, errmsg: string, more: Json) {
    super(errmsg);
    this.errcode = errcode;
    this.more = more;
  }
}

/** @throws Refusal */
export function refuse(errcode: number, errmsg: string, more: Json = {}): never {
  throw new Refusal(errcode, errmsg, more);
}

/** A required text. @throws Refusal */
export function needText(value: unknown, errcode: number, errmsg: string): string {
  if (typeof value !== 'string' || value === '') return refuse(errcode, errmsg);
  return value;
}
