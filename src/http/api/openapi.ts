import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { named, problem } from './schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** Refusals that every endpoint has. */
const COMMON = [400, 401, 403, 429, 500, 503] as const;

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is not as it has to be; `errors` names the fields.',
  401: 'There is no such key.',
  403: 'The key, or the person it acts as, may not do this.',
  404: 'There is no such ticket, or it is of a shop that the key is not about.',
  409: 'It cannot be done as things stand; `code` says why. `idempotency`: the Idempotency-Key came before with another body.',
  413: 'The body is too large.',
  415: 'The body is not JSON by its Content-Type.',
  429: 'The key asks too often; `Retry-After` says when it may again.',
  500: 'Something went wrong on our side; `error` is how the log knows it.',
  503: 'The store cannot be reached and nothing was stored; `Retry-After` says when to try again.',
};

const REFUSED_HEADERS: Readonly<Record<number, Json>> = {
  401: { 'WWW-Authenticate': headerOf('`Bearer`') },
  429: { 'Retry-After': headerOf('Seconds.') },
  503: { 'Retry-After': headerOf('Seconds.') },
};

function headerOf(description: string): Json {
  return { description, schema: { type: 'string' } };
}

const REF = '#/components/schemas/';

/** The OpenAPI 3.1 document of these endpoints, from the schemas that check their requests. */
export function openApi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) (paths[endpoint.path] ??= {})[endpoint.method] = operationOf(endpoint);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Gongdan',
      version: '1',
      description: 'Tickets for programs. Errors are application/problem+json. Moments are UTC.',
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key, as `gongdan key create` prints it.' },
      },
      schemas: componentsOf(),
    },
  };
}

/** The schemas that have a name. */
function componentsOf(): Json {
  const { schemas } = z.toJSONSchema(named, { io: 'input', uri: (id) => REF + id });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, bare(schema)]));
}

/** Without what a schema says of itself when it stands alone. */
function bare({ $schema: _schema, $id: _id, id: _name, ...rest }: Json): Json {
  return rest;
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'input'): Json => {
  const id = named.get(schema)?.id;
  return id === undefined ? bare(z.toJSONSchema(schema, { io, reused: 'inline' })) : { $ref: REF + id };
};

function operationOf(endpoint: Endpoint): Json {
  const { id, summary, description, scope, body, answers, refusals } = endpoint;
  const answered = Object.entries(answers).map(([status, { description: what, schema, examples, headers }]) => [
    status,
    {
      description: what,
      ...(headers !== undefined && {
        headers: Object.fromEntries(Object.entries(headers).map(([name, says]) => [name, headerOf(says)])),
      }),
      content: { 'application/json': { schema: schemaOf(schema), examples: wrapped(examples) } },
    },
  ]);
  const refused = [...COMMON, ...refusals].map((status) => [String(status), refusalOf(status)]);
  return {
    operationId: id,
    summary,
    description: `${description}\n\nScope: \`${scope}\`.`,
    parameters: [
      ...parametersOf(endpoint.params, 'path', 'input'),
      ...parametersOf(endpoint.query, 'query', 'output'),
      ...parametersOf(endpoint.headers, 'header', 'input'),
    ],
    ...(body !== null && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf(body.schema), examples: wrapped(body.examples) } },
      },
    }),
    responses: Object.fromEntries([...answered, ...refused].toSorted(([a], [b]) => Number(a) - Number(b))),
  };
}

const wrapped = (examples: Json): Json =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

function refusalOf(status: number): Json {
  const headers = REFUSED_HEADERS[status];
  return {
    description: REFUSALS[status] ?? '',
    ...(headers !== undefined && { headers }),
    content: { 'application/problem+json': { schema: schemaOf(problem) } },
  };
}

/** Header names as HTTP writes them. */
const headerName = (name: string): string => name.replaceAll(/(?:^|-)\w/g, (letter) => letter.toUpperCase());

function parametersOf(
  schema: z.ZodObject,
  place: 'path' | 'query' | 'header',
  io: 'input' | 'output',
): readonly Json[] {
  const { required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, default: fallback, ...rest } = schemaOf(field as z.ZodType, io);
    return {
      name: place === 'header' ? headerName(name) : name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(typeof description === 'string' && { description }),
      schema: { ...rest, ...(fallback !== undefined && { default: fallback }) },
      ...(rest['type'] === 'array' && { style: 'form', explode: true }),
    };
  });
}
