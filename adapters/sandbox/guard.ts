import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { Problem } from '../shared/problem.ts';

/** Who may reach the sandbox. */
export interface SandboxAccess {
  /** Login token; null: none is needed, and then only loopback Hosts pass. */
  readonly token: string | null;
  /** Further Hosts (`name:port`) that pass when there is a token; empty: any, as the cookie belongs to one Host. */
  readonly hosts: readonly string[];
}

const COOKIE = 'gongdan_sandbox';
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

const digest = (text: string): Buffer => createHash('sha256').update(`gongdan sandbox ${text}`).digest();

function hostAllowed(req: Request, { token, hosts }: SandboxAccess): boolean {
  const host = req.headers.host ?? '';
  const loopback = LOOPBACK.exec(host);
  if (token === null) return loopback !== null && Number(loopback[1] ?? 80) === req.socket.localPort;
  return loopback !== null || hosts.length === 0 || hosts.includes(host.toLowerCase());
}

/** A page of somebody else's must neither post here nor read; opening the page from a link is fine. */
function sameOrigin(req: Request): boolean {
  const { origin } = req.headers;
  const site = req.headers['sec-fetch-site'];
  // By Host alone: behind a proxy that ends TLS the scheme seen here is not the browser's.
  const from = origin === undefined ? null : /^https?:\/\/(.+)$/i.exec(origin);
  if (origin !== undefined && from?.[1]?.toLowerCase() !== req.headers.host?.toLowerCase()) return false;
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return req.method === 'GET' && req.path === '/' && req.headers['sec-fetch-mode'] === 'navigate';
}

function cookieOf(req: Request): string | null {
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === COOKIE) return value ?? null;
  }
  return null;
}

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Stands before every route of the sandbox: Host, Origin, login, and the headers that keep browsers strict. */
export function createGuard(access: SandboxAccess): RequestHandler {
  const wanted = access.token === null ? null : digest(access.token);
  const proves = (secret: Buffer): boolean =>
    wanted !== null && secret.length === wanted.length && timingSafeEqual(secret, wanted);

  const loggedIn = (req: Request): boolean => {
    const bearer = /^Bearer (.+)$/.exec(req.headers.authorization ?? '');
    if (bearer !== null) return proves(digest(bearer[1] ?? ''));
    return proves(Buffer.from(cookieOf(req) ?? '', 'base64url'));
  };

  return (req, res, next) => {
    res.set({
      'Content-Security-Policy': PAGE_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
    if (!hostAllowed(req, access)) throw new Problem(403, 'this Host is not served');
    if (!sameOrigin(req)) throw new Problem(403, 'requests from other origins are not served');
    if (wanted === null) {
      next();
      return;
    }
    const { token } = req.query;
    if (req.method === 'GET' && req.path === '/' && typeof token === 'string' && proves(digest(token))) {
      // Lax, so that the link also works from a chat or a mail; posts are held to the same Origin besides.
      res.cookie(COOKIE, wanted.toString('base64url'), { httpOnly: true, sameSite: 'lax', path: '/' });
      res.redirect(303, '/');
      return;
    }
    if (!loggedIn(req)) throw new Problem(401, 'log in with the link that the bot printed when it started');
    next();
  };
}
