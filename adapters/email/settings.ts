import * as z from 'zod';

/** `support@shop.example`, or `Gongdan <support@shop.example>`. */
const FROM = /^(?:(?:"?([^"<>@\p{Cc}]{1,60}?)"?\s*)?<([^<>\s]+)>|([^<>\s]+))$/u;

/** A host that only this machine reaches: what goes there passes over no wire. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/u;

export interface Server {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`). */
  readonly secure: boolean;
  /** Whether words may go without TLS: to this machine alone, and only where the address says so. */
  readonly plain: boolean;
  /** Null: the server asks nobody who they are. */
  readonly auth: { readonly user: string; readonly pass: string } | null;
}

/** Null: it is no address of a mail server. */
function serverIn(text: string): Server | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') return null;
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  if (host === '' || !['', '/'].includes(url.pathname) || url.hash !== '') return null;
  const wishes = [...url.searchParams];
  const plain = url.searchParams.get('starttls') === 'off';
  if (wishes.length > (plain ? 1 : 0) || (plain && (secure || !LOOPBACK.test(host)))) return null;
  if ((url.username === '') !== (url.password === '')) return null;
  const port = url.port === '' ? (secure ? 465 : 587) : Number(url.port);
  try {
    const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    return { host, port, secure, plain, auth: user === '' ? null : { user, pass } };
  } catch {
    return null;
  }
}

/** Whether somebody can be written to at it. */
export const isMailAddress = (address: string): boolean =>
  address.length <= 254 && z.email().safeParse(address).success;

export interface Sender {
  /** Empty: the address alone. */
  readonly name: string;
  readonly address: string;
}

function senderIn(text: string): Sender | null {
  const [, name, named, bare] = FROM.exec(text) ?? [];
  const address = named ?? bare ?? '';
  return isMailAddress(address) ? { name: name?.trim() ?? '', address } : null;
}

/** What the e-mail adapter reads from the environment. */
const schema = z.object({
  /** `smtp://USER:PASSWORD@HOST:587` (STARTTLS is insisted on), `smtps://USER:PASSWORD@HOST:465`; `smtp://localhost:25?starttls=off` to a server on this machine. */
  SMTP_URL: z.string().refine((text) => serverIn(text) !== null),
  /** Who the letters are from. */
  SMTP_FROM: z.string().refine((text) => senderIn(text) !== null),
});

export const emailSettings = { platform: 'email', schema, sendsOnly: true } as const;

export interface EmailSettings {
  readonly server: Server;
  readonly from: Sender;
}

/** The same, read. @throws ZodError when they were not checked before. */
export function readEmailSettings(values: Readonly<Record<string, string>>): EmailSettings {
  const given = schema.parse(values);
  const [server, from] = [serverIn(given.SMTP_URL), senderIn(given.SMTP_FROM)];
  if (server === null || from === null) throw new Error('what was checked can be read');
  return { server, from };
}
