import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { mailOf, type Mail } from './mail.ts';

/** Where a server stops answering. `taken`: after it has stored the mail, so that whoever sent it cannot know. */
export type Hang = 'greeting' | 'recipient' | 'taken';

/** A mail server on 127.0.0.1 that keeps what it took. */
export interface MailServer {
  readonly port: number;
  /** For `SMTP_URL`; TLS is not insisted on. */
  readonly url: string;
  readonly mails: readonly Mail[];
  /** Everybody who tried to log in, whatever came of it. */
  readonly logins: readonly string[];
  /** The next sessions that come to this point get no answer there, until they are released. */
  hangs(at: Hang, times?: number): void;
  /** Resolves when a session begins to hang. */
  hanging(): Promise<void>;
  /** Answers everything that hangs, as if nothing had been. */
  release(): void;
  /** The next mail is stored, and the connection cut instead of an answer. */
  loses(): void;
  /** Refuses from now on; null: no more. */
  refuses(what: 'login' | 'sender' | 'recipient' | 'mail', reply: number | null): void;
  /** Nobody listens any more, and then again on the same port. */
  away(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;
}

export const USER = 'desk';
export const PASSWORD = 'p@ss word';

const refusal = (reply: number): Error => Object.assign(new Error('no'), { responseCode: reply });

/** `starttls`: it offers TLS, with a certificate that nobody vouches for. */
export async function openMailServer({ starttls = false }: { readonly starttls?: boolean } = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const logins: string[] = [];
  const refusals = new Map<string, number>();
  const hangs = new Map<Hang, number>();
  let waiting: (() => void)[] = [];
  let held: (() => void)[] = [];
  let losing = false;

  const at = (point: Hang, answer: () => void): void => {
    const left = hangs.get(point) ?? 0;
    if (left === 0) {
      answer();
      return;
    }
    hangs.set(point, left - 1);
    held.push(answer);
    for (const resolve of waiting.splice(0)) resolve();
  };
  const orRefused = (what: string): Error | null => {
    const reply = refusals.get(what);
    return reply === undefined ? null : refusal(reply);
  };
  const cut = (server: SMTPServer, session: SMTPServerSession): void => {
    for (const connection of server.connections)
      if (connection.session?.id === session.id) connection._socket.destroy();
  };

  const listen = async (on: number): Promise<SMTPServer> => {
    const server = new SMTPServer({
      logger: false,
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: starttls ? [] : ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      onConnect: (_session, done) => {
        at('greeting', () => {
          done();
        });
      },
      onAuth: ({ username, password }, _session, done) => {
        logins.push(username ?? '');
        const isGood = username === USER && password === PASSWORD;
        const refused = orRefused('login') ?? (isGood ? null : refusal(535));
        if (refused === null) done(null, { user: USER });
        else done(refused);
      },
      onMailFrom: (_address, _session, done) => {
        done(orRefused('sender'));
      },
      onRcptTo: (_address, _session, done) => {
        at('recipient', () => {
          done(orRefused('recipient'));
        });
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refused = orRefused('mail');
          if (refused !== null) {
            done(refused);
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : (mailFrom?.address ?? '');
          mails.push(
            mailOf(
              from,
              rcptTo.map(({ address }) => address),
              Buffer.concat(chunks),
            ),
          );
          if (losing) {
            losing = false;
            cut(server, session);
          } else
            at('taken', () => {
              done();
            });
        });
      },
    });
    // A client that hangs up is no concern of the server's.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(on, '127.0.0.1', resolve);
    });
    return server;
  };
  const end = (server: SMTPServer): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });

  let server = await listen(0);
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `smtp://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}?starttls=off`,
    mails,
    logins,
    hangs(point, times = 1) {
      hangs.set(point, times);
    },
    hanging: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    release() {
      hangs.clear();
      for (const answer of held.splice(0)) answer();
    },
    loses() {
      losing = true;
    },
    refuses(what, reply) {
      if (reply === null) refusals.delete(what);
      else refusals.set(what, reply);
    },
    away: () => end(server),
    async back() {
      server = await listen(port);
    },
    async close() {
      held = [];
      waiting = [];
      await end(server);
    },
  };
}
