import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem, refuseField, sendProblem } from '../../adapters/shared/problem.ts';
import type { Clock } from '../clock.ts';
import type { Report } from '../domain/report.ts';
import { StoreUnavailable } from '../errors.ts';
import type { Reported } from '../flow/api.ts';
import type { Log } from '../log.ts';
import { mapEvent, type HookSource, type MappingFault } from '../webhooks/mapping.ts';
import { headerFault, signatureFault, SIGNATURE_HEADER, type SignatureFault } from '../webhooks/signature.ts';
import { MOST_BYTES, mustBeJson, parseJson, readBody } from './api/json.ts';
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

/** A refusal and what it is counted as. */
class Refusal extends Error {
  readonly outcome: string;
  readonly problem: Problem;
  constructor(outcome: string, problem: Problem) {
    super(outcome);
    this.outcome = outcome;
    this.problem = problem;
  }
}

const unsigned = (fault: Refused): Refusal =>
  new Refusal(fault, new Problem(401, ADVICE[fault], [{ field: SIGNATURE_HEADER, message: fault }]));

export function createHooks(options: HookOptions): Hooks {
  const { sources, report, clock, metrics, log } = options;
  const secretsOf = remembered(options.secrets, clock);

  /** What to answer. Cheap questions come first, and nothing is parsed before the signature over its bytes is good. */
  const answer = async (request: IncomingMessage, name: string, source: HookSource): Promise<Answer> => {
    if (request.method !== 'POST') throw new Refusal('method', new Problem(405, 'Webhooks are sent by POST.'));
    const given = request.headers[SIGNATURE_HEADER.toLowerCase()];
    const header = Array.isArray(given) ? given.join(',') : given;
    const early = headerFault(header, clock.now());
    if (early !== null) throw unsigned(early);
    const secrets = await secretsOf(name);
    if (secrets.length === 0) throw unsigned('no_secret');
    mustBeJson(request);
    const body = await readBody(request, MOST_BYTES);
    const fault = signatureFault(header, secrets, clock.now(), body);
    if (fault !== null) throw unsigned(fault);
    const mapped = mapEvent(source, parseJson(body));
    if (mapped.kind === 'ignored') return { status: 200, body: { outcome: 'ignored' } };
    if (mapped.kind === 'fault') {
      log.warn('an event of a webhook fits no rule', { app: name, failure: mapped.fault.code });
      throw new Refusal('unmapped', unmappable(mapped.fault));
    }
    return answerOf(await report(name, mapped.id, mapped.report));
  };

  return {
    mine: ({ url }) => url?.startsWith(PREFIX) === true,
    async handle(request, response) {
      const name = ADDRESS.exec(request.url ?? '')?.[1] ?? '';
      const source = sources.get(name);
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Cache-Control', 'no-store');
      try {
        if (source === undefined)
          throw new Refusal('unknown', new Problem(404, 'There is no source of webhooks of this name.'));
        const { status, body } = await answer(request, name, source);
        metrics.hook(name, body.outcome);
        response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === null) throw error;
        metrics.hook(source === undefined ? NOBODY : name, refused.outcome);
        if (refused.problem.status === 405) response.setHeader('Allow', 'POST');
        sendProblem(response, refused.problem);
        letGo(request, clock);
      }
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly outcome: 'opened' | 'updated' | 'repeated' | 'ignored' | 'pending';
    readonly ticket?: { readonly number: number; readonly name: string };
  };
}

function answerOf(reported: Reported): Answer {
  switch (reported.kind) {
    case 'opened':
    case 'updated':
    case 'repeated': {
      const { number } = reported.ticket;
      const body = { outcome: reported.kind, ticket: { number, name: `T-${number}` } };
      return { status: reported.kind === 'opened' ? 201 : 200, body };
    }
    case 'ignored':
      return { status: 200, body: { outcome: 'ignored' } };
    case 'pending':
      return { status: 202, body: { outcome: 'pending' } };
    case 'conflict': {
      const why = 'Another event came under this id before; one event has one id, and what is new has a new one.';
      throw new Refusal('conflict', new Problem(409, why));
    }
  }
}

/** Null: it was not foreseen. */
function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof Problem) return new Refusal(error.status === 413 ? 'too_large' : 'not_json', error);
  if (!(error instanceof StoreUnavailable)) return null;
  const why = 'The store cannot be reached; nothing was stored. Please try again.';
  return new Refusal('unavailable', new Problem(503, why));
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
