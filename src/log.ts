import pino, { type DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Clock } from './clock.ts';
import type { LogLevel } from './config.ts';
import { placeOf } from './errors.ts';

/**
 * Everything a log line may carry besides its sentence. What is not listed here never reaches the log, whatever the types say:
 * customer text, names, numbers of phones and orders, tokens and addresses have no field. Values are ids, words of ours, or figures.
 */
export interface LogFields {
  /** `T-4821` */
  readonly ticket?: string;
  /** The inbound id, job or API call this follows from. */
  readonly cause?: string;
  /** Number of an error that a person was shown: `E-7F3K2M`. */
  readonly error?: string;
  /** The error itself; only its name, code and place are written. */
  readonly err?: unknown;
  readonly platform?: string;
  readonly app?: string;
  readonly kind?: string;
  readonly what?: string;
  readonly outcome?: string;
  readonly failure?: string;
  /** What is wrong with where a ticket stands. */
  readonly fault?: string;
  readonly job?: string;
  readonly loop?: string;
  readonly row?: string;
  readonly surface?: string;
  readonly person?: string;
  readonly team?: string;
  readonly subscription?: string;
  readonly event?: string;
  readonly version?: number;
  readonly attempt?: number;
  readonly count?: number;
  readonly ms?: number;
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
  readonly host?: string;
  readonly port?: number;
  readonly signal?: string;
}

const FIELDS: ReadonlySet<string> = new Set<keyof LogFields>([
  ...([
    'ticket',
    'cause',
    'error',
    'err',
    'platform',
    'app',
    'kind',
    'what',
    'outcome',
    'failure',
    'fault',
    'job',
    'loop',
  ] as const),
  ...([
    'row',
    'surface',
    'person',
    'team',
    'subscription',
    'event',
    'version',
    'attempt',
    'count',
    'ms',
    'method',
    'route',
  ] as const),
  ...(['status', 'host', 'port', 'signal'] as const),
]);

/** The sentence is a constant of ours: values go into fields, never into it. */
export interface Log {
  debug(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
  /** Whether lines of this level are written at all: what costs something to say is worked out only then. */
  enabled(level: 'debug' | 'info' | 'warn' | 'error'): boolean;
  /** A log whose lines all carry these fields, mostly ticket and cause. */
  child(fields: LogFields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Readable lines for a terminal; otherwise one JSON object per line. */
  readonly readable: boolean;
  readonly clock: Clock;
  /** Standard output when left out. */
  readonly stream?: DestinationStream;
}

export function createLog({ level, readable, clock, stream }: LogOptions): Log {
  const out = stream ?? pino.destination({ dest: 1, sync: true });
  const format = prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', singleLine: true });
  const destination: DestinationStream = readable ? { write: (line) => out.write(format(line)) } : out;
  const base = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(base, {});
}

function wrap(base: pino.Logger, bound: LogFields): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error', sentence: string, fields: LogFields | undefined): void => {
    if (base.isLevelEnabled(level)) base[level](allowed({ ...bound, ...fields }), sentence);
  };
  return {
    debug: (sentence, fields) => {
      write('debug', sentence, fields);
    },
    info: (sentence, fields) => {
      write('info', sentence, fields);
    },
    warn: (sentence, fields) => {
      write('warn', sentence, fields);
    },
    error: (sentence, fields) => {
      write('error', sentence, fields);
    },
    enabled: (level) => base.isLevelEnabled(level),
    child: (fields) => wrap(base, { ...bound, ...fields }),
  };
}

const MOST_CHARACTERS = 200;

/** Listed fields with plain values only; the names of others are kept, so that a mistake shows without its value. */
function allowed(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (!FIELDS.has(name)) dropped.push(name);
    else if (name === 'err') kept['err'] = placeOf(value);
    else if (typeof value === 'number') kept[name] = value;
    else if (typeof value === 'string') kept[name] = value.slice(0, MOST_CHARACTERS).replaceAll(/\p{Cc}+/gu, '/');
    else dropped.push(name);
  }
  return dropped.length === 0 ? kept : { ...kept, dropped };
}
