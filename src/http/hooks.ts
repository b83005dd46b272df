import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Problem, PROBLEM_TYPE, problemText, refuseField } from '../../adapters/shared/problem.ts';
import type { Clock } from '../clock.ts';
import type { Report } from '../domain/report.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Reported } from '../flow/api.ts';
import type { Log } from '../log.ts';
import { mapEvent, type HookSource, type MappingFault } from '../webhooks/mapping.ts';
import { bodyFault, headerOf, SIGNATURE_HEADER, type SignatureFault } from '../webhooks/signature.ts';
import { MOST_BYTES, mustBeJson, parseJson, readBody } from './api/json.ts';
import { createBrake } from './brake.ts';
import type { Metrics } from './metrics.ts';

export interface HookOptions {
  /** Who may tell us something, by name. */
  readonly sources: ReadonlyMap<string, HookSource>;
  /** The secrets of a source that are valid now; asked at most every two seconds. */
  readonly secrets: (source: string) => Promise<readonly string[]>;
  /** Stores what a source reports and says what came of it. Rejects with `StoreUnavailable` when nothing was stored. */
  readonly report: (source: string, id: string, report: Report) => Promise<Reported>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'hook'>;
  readonly log: Log;
}

/** What webhooks come in through. It works on node's own request, for a refusal must cost as little as there is. */
export interface Hooks {
  /** Whether a request is one of these. */
  mine(request: IncomingMessage): boolean;
  /** Answers it. Rejects with what was not foreseen, before anything was answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const PREFIX = '/hooks/';
/** As node names it. */
const HEADER = SIGNATURE_HEADER.toLowerCase();
const ADDRESS = /^\/hooks\/([^/?#]{1,60})\/?(?:\?|$)/u;
const SECRETS_MS = 2_000;
/** How much of a body that is not read, and for how long, is let pass so that the answer reaches whoever is still sending. */
const LINGER_BYTES = 1024 * 1024;
const LINGER_MS = 2_000;
/** Label of requests to sources that do not exist: no name of theirs becomes a label. */
const NOBODY = '-';

type Refused = SignatureFault | 'no_secret';

/** What a sender should look at. */
const ADVICE: Readonly<Record<Refused, string>> = {
  missing: `There is no ${SIGNATURE_HEADER}: send t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<raw body>">.`,
  malformed: `${SIGNATURE_HEADER} cannot be read: it is t=<unix seconds>,v1=<64 hex digits>, with one t.`,
  too_old: 'The signature is older than five minutes: sign each try anew, and check the clock of the sender.',
  too_new: 'The signature is more than five minutes ahead: check the clock of the sender.',
  wrong:
    'The signature does not fit: check that the secret is the one of this source, and that the raw body is signed, byte for byte as it is sent.',
  no_secret: 'No secret was made for this source yet.',
};

/** What is answered, and what it is counted as. */
interface Answer {
  readonly status: number;
  readonly outcome: string;
  readonly headers: OutgoingHttpHeaders;
  /** A string whose length is known: node writes it together with the headers. */
  readonly body: string;
}

const answerWith = (status: number, outcome: string, type: string, body: string, more = {}): Answer => ({
  status,
  outcome,
  headers: {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    ...more,
  },
  body,
});

const refusal = (outcome: string, problem: Problem, more = {}): Answer =>
  answerWith(problem.status, outcome, PROBLEM_TYPE, problemText(problem), more);

const unsigned = (fault: Refused): Answer =>
  refusal(fault, new Problem(401, ADVICE[fault], [{ field: SIGNATURE_HEADER, message: fault }]));

/** They are made once: whoever floods us with bad signatures makes nothing be built. */
const UNSIGNED: Readonly<Record<Refused, Answer>> = {
  missing: unsigned('missing'),
  malformed: unsigned('malformed'),
  too_old: unsigned('too_old'),
  too_new: unsigned('too_new'),
  wrong: unsigned('wrong'),
  no_secret: unsigned('no_secret'),
};
const UNKNOWN = refusal('unknown', new Problem(404, 'There is no source of webhooks of this name.'));
const METHOD = refusal('method', new Problem(405, 'Webhooks are sent by POST.'), { Allow: 'POST' });
const CONFLICT = refusal(
  'conflict',
  new Problem(409, 'Another event came under this id before; one event has one id, and what is new has a new one.'),
);
const UNAVAILABLE = refusal(
  'unavailable',
  new Problem(503, 'The store cannot be reached; nothing was stored. Please try again.'),
  { 'Retry-After': '1' },
);

export function createHooks(options: HookOptions): Hooks {
  const { sources, report, clock, metrics, log } = options;
  const brake = createBrake(clock);
  const secretsOf = remembered(options.secrets, clock);

  /** What to answer. Cheap questions come first, and nothing is parsed before the signature over its bytes is good. */
  const answer = async (request: IncomingMessage, name: string, source: HookSource): Promise<Answer> => {
    if (request.method !== 'POST') return METHOD;
    const given = request.headers[HEADER];
    const header = headerOf(Array.isArray(given) ? given.join(',') : given, clock.now());
    if (typeof header === 'string') return UNSIGNED[header];
    const secrets = await secretsOf(name);
    if (secrets.length === 0) return UNSIGNED.no_secret;
    mustBeJson(request);
    const body = await readBody(request, MOST_BYTES);
    const fault = bodyFault(header, secrets, clock.now(), body);
    if (fault !== null) return UNSIGNED[fault];
    const mapped = mapEvent(source, parseJson(body));
    if (mapped.kind === 'ignored') return said(200, { outcome: 'ignored' });
    if (mapped.kind === 'fault') {
      log.warn('an event of a webhook fits no rule', { app: name, failure: mapped.fault.code });
      return refusal('unmapped', unmappable(mapped.fault));
    }
    return answerOf(await report(name, mapped.id, mapped.report));
  };

  return {
    mine: ({ url }) => url?.startsWith(PREFIX) === true,
    async handle(request, response) {
      const name = ADDRESS.exec(request.url ?? '')?.[1] ?? '';
      const source = sources.get(name);
      const given = source === undefined ? UNKNOWN : await answer(request, name, source).catch(foreseen);
      metrics.hook(source === undefined ? NOBODY : name, given.outcome);
      const send = (): void => {
        response.writeHead(given.status, given.headers).end(given.body);
        letGo(request, clock);
      };
      if (given.status === 401) brake(request.socket, send);
      else send();
    },
  };
}

interface Said {
  readonly outcome: 'opened' | 'updated' | 'repeated' | 'ignored' | 'pending';
  readonly ticket?: { readonly number: number; readonly name: string };
}

const said = (status: number, body: Said): Answer =>
  answerWith(status, body.outcome, 'application/json; charset=utf-8', JSON.stringify(body));

function answerOf(reported: Reported): Answer {
  switch (reported.kind) {
    case 'opened':
    case 'updated':
    case 'repeated': {
      const { number } = reported.ticket;
      return said(reported.kind === 'opened' ? 201 : 200, {
        outcome: reported.kind,
        ticket: { number, name: `T-${number}` },
      });
    }
    case 'ignored':
      return said(200, { outcome: 'ignored' });
    case 'pending':
      return said(202, { outcome: 'pending' });
    case 'conflict':
      return CONFLICT;
  }
}

/** The answer to what went wrong; what was not foreseen is thrown on. */
function foreseen(error: unknown): Answer {
  if (error instanceof Problem) return refusal(error.status === 413 ? 'too_large' : 'not_json', error);
  if (error instanceof StoreUnavailable) return UNAVAILABLE;
  throw error;
}

/** Names rules and paths, never what stood there. */
function unmappable(fault: MappingFault): Problem {
  switch (fault.code) {
    case 'no_rule': {
      const looked = fault.paths.length === 0 ? '' : ` The rules look at ${fault.paths.join(', ')}.`;
      return new Problem(
        422,
        `No rule of this source fits the event.${looked}`,
        fault.paths.map((field) => ({ field, message: 'no rule fits' })),
      );
    }
    case 'missing':
      return refuseField(422, fault.path, `is missing or empty; the rule ${fault.rule} needs it`);
    case 'not_text':
      return refuseField(422, fault.path, `is no text and no number; the rule ${fault.rule} needs one`);
    case 'too_long':
      return refuseField(422, fault.field, `is longer than ${fault.most} characters in the rule ${fault.rule}`);
    case 'no_moment':
      return refuseField(
        422,
        'deadline',
        `is no moment in the rule ${fault.rule}: 2026-11-11T20:00:00+08:00 or a timestamp`,
      );
    case 'unknown_shop':
      return refuseField(422, 'shop', `the rule ${fault.rule} comes to a shop that does not exist`);
  }
}

/** Lets the rest of a body pass for a moment, then cuts: nobody's body is read to its end only because it is long. */
function letGo(request: IncomingMessage, clock: Clock): void {
  if (request.complete) return;
  let left = LINGER_BYTES;
  const cut = (): void => {
    request.destroy();
  };
  const callOff = clock.after(LINGER_MS, cut);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cut();
  });
  // A sender that hangs up has its answer or does not want it.
  request.on('error', callOff);
  request.on('close', callOff);
}

/** The same question is asked once in two seconds, whatever came of it: whoever floods a source does not reach the store. */
function remembered(ask: HookOptions['secrets'], clock: Clock): HookOptions['secrets'] {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<readonly string[]> }>();
  return (source) => {
    const now = clock.monotonic();
    const last = known.get(source);
    if (last !== undefined && now < last.until) return last.answer;
    const answer = ask(source);
    known.set(source, { until: now + SECRETS_MS, answer });
    return answer;
  };
}
