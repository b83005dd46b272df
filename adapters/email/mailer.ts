import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import type { Clock } from '../../src/clock.ts';
import { DeliveryError } from '../../src/errors.ts';
import { failureOf } from './failures.ts';
import type { Letter } from './letter.ts';
import type { EmailSettings } from './settings.ts';

/** A letter that is not answered by then is no longer waited for, ms; delivery waits 10 s for an adapter. */
export const PATIENCE_MS = 8_000;
/** One whose words are on their way is let go on for so long, ms: servers look for viruses before they answer. */
const GIVEN_UP_MS = 60_000;
/** So many letters that were taken are remembered. */
const MOST_TAKEN = 2_000;

/** How letters go out: one pool of connections. Failures are `DeliveryError`s. */
export interface Mailer {
  /**
   * Resolves when the server has taken the letter. A repeat joins a try that is still under way, and is done at once for what was taken:
   * as long as this process lives, a server that answers late gets a letter once.
   */
  send(letter: Letter): Promise<void>;
  /** Connects and logs in, and sends nothing. */
  verify(): Promise<void>;
  close(): void;
}

/** One try. */
interface Try {
  /** What came of it; null: the server has the letter. Never rejects. */
  readonly outcome: Promise<DeliveryError | null>;
  /** Whether any of its words was handed to the server. */
  readonly began: () => boolean;
  readonly giveUp: () => void;
}

export function createMailer({ server, from }: EmailSettings, clock: Clock): Mailer {
  const { host, port, secure, plain, auth } = server;
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    // Without TLS nothing is said, not even who we are: whoever stands between could leave out the offer of it.
    ...(!secure && (plain ? { ignoreTLS: true } : { requireTLS: true })),
    ...(auth !== null && { auth: { ...auth } }),
    maxConnections: 3,
    // What was cut off while its words went may have arrived: whether it goes again is delivery's to say.
    maxRequeues: 0,
    idleTimeout: 60_000,
    dnsTimeout: PATIENCE_MS,
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: GIVEN_UP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  /** What the server reads of each letter under way, by its id: nothing of it is read before the server asked for it. */
  const states = new Map<string, { stream: Readable | null }>();
  transport.use('stream', (mail, done) => {
    const { message, data } = mail;
    const open = message.createReadStream.bind(message);
    message.createReadStream = (...options) => {
      const stream = open(...options);
      const state = states.get(data.messageId ?? '');
      if (state !== undefined) state.stream = stream;
      return stream;
    };
    done();
  });

  const underway = new Map<string, Try>();
  const taken = new Set<string>();

  const begin = (letter: Letter): Try => {
    const messageId = `<${letter.id}>`;
    const given = new AbortController();
    const giveUp = (): void => {
      given.abort();
    };
    const callOff = clock.after(GIVEN_UP_MS, giveUp);
    const state: { stream: Readable | null } = { stream: null };
    states.set(messageId, state);
    const began = (): boolean => state.stream?.readableDidRead ?? false;
    const sent = transport.sendMail({
      messageId,
      date: clock.now(),
      from: { ...from },
      to: { name: '', address: letter.to },
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      // No holiday notice answers it (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      signal: given.signal,
    });
    const outcome = sent
      .then(
        () => {
          taken.add(letter.id);
          for (const oldest of taken) {
            if (taken.size <= MOST_TAKEN) break;
            taken.delete(oldest);
          }
          return null;
        },
        (error: unknown) => failureOf(error, began()),
      )
      .finally(() => {
        callOff();
        underway.delete(letter.id);
        states.delete(messageId);
      });
    const started = { outcome, began, giveUp };
    underway.set(letter.id, started);
    return started;
  };

  const late = (): { readonly passed: Promise<'late'>; readonly callOff: () => void } => {
    let callOff = (): void => undefined;
    const passed = new Promise<'late'>((resolve) => {
      callOff = clock.after(PATIENCE_MS, () => {
        resolve('late');
      });
    });
    return { passed, callOff };
  };

  return {
    async send(letter) {
      if (taken.has(letter.id)) return;
      const { outcome, began, giveUp } = underway.get(letter.id) ?? begin(letter);
      const { passed, callOff } = late();
      const answer = await Promise.race([outcome, passed]).finally(callOff);
      if (answer === null) return;
      if (answer !== 'late') throw answer;
      if (began()) throw new DeliveryError('unknown', 'mail: the server has not answered yet');
      giveUp();
      throw new DeliveryError('retryable', 'mail: the server does not answer');
    },
    async verify() {
      const { passed, callOff } = late();
      const asked = transport.verify().then(
        () => null,
        (error: unknown) => failureOf(error, false),
      );
      const answer = await Promise.race([asked, passed]).finally(callOff);
      if (answer === 'late') throw new DeliveryError('retryable', 'mail: the server does not answer');
      if (answer !== null) throw answer;
    },
    close() {
      transport.close({ force: true });
    },
  };
}
