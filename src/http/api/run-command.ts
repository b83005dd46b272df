import type { InboundForm, OutMessage } from '../../../adapters/adapter.ts';
import { Problem, refuseField } from '../../../adapters/shared/problem.ts';
import type { Commanded } from '../../flow/api.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { examples } from './examples.ts';
import type { ApiVerb } from './ports.ts';
import { commandBody, commandDone, idempotency, pendingWork, ticketPath } from './schema.ts';
import { senderOf, ticketFor } from './subject.ts';
import { ticketOf } from './view.ts';

/** Statuses of refusals that are not simply a conflict with how the ticket stands. */
const STATUS: Readonly<Record<string, number>> = { not_allowed: 403, not_found: 404 };

/** The endpoint that runs these verbs. */
export function runCommand(verbs: readonly ApiVerb[]): Endpoint {
  const [first = '', ...others] = verbs.map((verb) => verb.name);
  return endpoint({
    id: 'runCommand',
    method: 'post',
    path: '/api/v1/tickets/{no}/commands',
    summary: 'A verb on a ticket',
    description:
      'What a colleague could type, by name. A person has the rights that they have in chat; the key itself has those of an agent of every team. Sent again with the same Idempotency-Key it is not done again.',
    scope: 'commands',
    params: ticketPath,
    headers: idempotency,
    body: { schema: commandBody([first, ...others]), examples: examples.command },
    answers: {
      200: {
        description: 'It is so now.',
        schema: commandDone,
        examples: { done: { outcome: 'done', ticket: examples.ticket, said: null } },
        headers: { 'Idempotency-Key': 'What the request is known by.' },
      },
      202: {
        description: 'It is stored and will be worked. The same request again says so.',
        schema: pendingWork,
        examples: { pending: { outcome: 'pending' } },
        headers: { 'Retry-After': 'Seconds.', 'Idempotency-Key': 'What the request is known by.' },
      },
    },
    refusals: [404, 409, 413, 415],
    run: async ({ params, headers, body, key, ports }) => {
      const caller = { key, ports };
      const { number } = await ticketFor(caller, params.no);
      const known = headers['idempotency-key'] ?? ports.ids.next();
      const args = verbs.find((verb) => verb.name === body.command)?.args ?? [];
      const unknown = Object.keys(body.args).find((name) => !args.includes(name));
      if (unknown !== undefined)
        throw refuseField(
          400,
          `args.${unknown}`,
          `is not known; ${body.command} takes ${args.join(', ') || 'nothing'}`,
        );
      const event: InboundForm = {
        kind: 'form',
        platform: 'api',
        app: key.name,
        id: `command:${known}`,
        conversation: { id: `T-${number}`, kind: 'system' },
        sender: senderOf(caller, body.actor),
        receivedAt: ports.clock.now(),
        invocation: { command: body.command, args: { ...body.args, ticket: String(number) } },
      };
      const { status, outcome, said } = read(await ports.api.command(event), known);
      const echo = { 'Idempotency-Key': known };
      if (status === 202) return { status, body: { outcome }, headers: { ...echo, 'Retry-After': '1' } };
      const ticket = ticketOf(await ticketFor(caller, number), ports.directory(), key);
      return { status, body: { outcome, ticket, said }, headers: echo };
    },
  });
}

interface Read {
  readonly status: 200 | 202;
  readonly outcome: string;
  readonly said: string | null;
}

/** What came of a verb; throws a `Problem` for what was refused. */
function read(came: Commanded, known: string): Read {
  if (came.kind === 'worked') return readWork(came);
  if (came.kind === 'conflict')
    throw new Problem(
      409,
      `The Idempotency-Key ${known} came before with another body: use a new one.`,
      [],
      null,
      'idempotency',
    );
  if (came.kind === 'unchanged')
    throw new Problem(
      409,
      `The Idempotency-Key ${known} came before and changed nothing: read the ticket, and use a new key to try again.`,
      [],
      null,
      'unchanged',
    );
  return { status: came.kind === 'pending' ? 202 : 200, outcome: came.kind, said: null };
}

function readWork({ outcome, answer }: Extract<Commanded, { kind: 'worked' }>): Read {
  const said = wordsOf(answer);
  if (outcome?.outcome === 'incomplete') {
    const errors = outcome.fields.map((f) => ({ field: `args.${f.field}`, message: f.message ?? 'is missing' }));
    throw new Problem(400, errors.map((e) => `${e.field}: ${e.message}`).join('; '), errors);
  }
  if (outcome?.outcome === 'refused') {
    const { code } = outcome.refusal;
    throw new Problem(STATUS[code] ?? 409, said ?? code, [], null, code);
  }
  return { status: 200, outcome: outcome?.outcome === 'already' ? 'already' : 'done', said };
}

const wordsOf = (message: OutMessage | null): string | null =>
  message === null ? null : message.type === 'text' ? message.text : message.fallback;
