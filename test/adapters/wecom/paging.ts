import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Accepted, AcceptOptions, InboundEvent, InboundInvoke, Profile, Sink } from '../../../adapters/adapter.ts';
import { createClient } from '../../../adapters/wecom/client.ts';
import { createPages, type Pages } from '../../../adapters/wecom/pages.ts';
import type { Card, Form } from '../../../cards/card.ts';
import type { Invocation } from '../../../cards/invocation.ts';
import { StoreUnavailable } from '../../../src/errors.ts';
import { systemIds } from '../../../src/ids.ts';
import { createLog } from '../../../src/log.ts';
import { createVault } from '../../../src/vault.ts';
import { manualClock, type ManualClock } from '../../support/clock.ts';
import type { WeComEmulator } from '../../emulators/wecom/emulator.ts';
import { startWeCom } from '../../emulators/wecom/wecom.ts';

export const LILEI = 'lilei';
export const WANGFANG = 'wangfang';
export const CLAIM: Invocation = { command: 'claim', args: { ticket: '4821' } };
export const REPLY: Invocation = { command: 'reply', args: { ticket: '4821' } };
export const MINUTE = 60_000;

export const vault = createVault(
  { grantKey: Buffer.alloc(32, 1), digestSalt: 'salt', linkKey: Buffer.alloc(32, 2) },
  systemIds,
);

export const aTicket: Card = {
  kind: 'ticket',
  locale: 'zh-CN',
  tone: 'grey',
  title: 'T-4821 · 快递三天没更新',
  summary: 'T-4821 · 待认领',
  status: '待认领 · 14:32 前首响',
  blocks: [],
  actions: [],
};
export const aForm: Form = {
  title: '回复 T-4821',
  submit: '发送',
  invoke: REPLY,
  nonce: 'opened-1',
  fields: [{ name: 'text', label: '回复内容', type: 'text', required: true, max: 500 }],
};
export const act = (label: string, invoke: Invocation = CLAIM): Card['actions'][number] => ({
  label,
  style: 'default',
  placement: 'button',
  invoke,
  typed: label,
});

/** A form of a page, as a browser reads it. */
export interface Drawn {
  /** What its buttons say. */
  readonly labels: readonly string[];
  /** What it sends when nothing is changed. */
  readonly sends: Readonly<Record<string, string>>;
}

export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Where it was in the end. */
  readonly url: string;
  /** Every address on the way. */
  readonly way: readonly string[];
  readonly forms: readonly Drawn[];
  /** Words without marks. */
  readonly text: string;
}

/** A phone: keeps cookies, follows redirects, sends forms. */
export interface Phone {
  readonly cookies: Map<string, string>;
  opens(url: string, follow?: boolean): Promise<Shown>;
  sends(body: Readonly<Record<string, string>> | string): Promise<Shown>;
  /** Presses the button with this label, with these values by field. */
  presses(shown: Shown, label: string, values?: Readonly<Record<string, string>>): Promise<Shown>;
}

export interface Paging {
  readonly emulator: WeComEmulator;
  readonly clock: ManualClock;
  readonly pages: Pages;
  readonly url: string;
  readonly events: { readonly event: InboundEvent; readonly options: AcceptOptions | undefined }[];
  /** What was only read. */
  readonly reads: { readonly what: 'form' | 'home' | 'link'; readonly asked: unknown }[];
  readonly lines: string[];
  readonly failures: unknown[];
  answer: Accepted;
  form: Form | null;
  home: Card | null;
  card: Card | null;
  profile: Profile | null;
  /** What the member list fails with from now on. */
  readonly people: { fails: Error | null; isSlow: boolean; asked: number };
  isOpen: boolean;
  isStoreAway: boolean;
  /** A new phone, with nothing on it. */
  phone(): Phone;
  /** @throws Error when WeCom was asked what no bot should ask. */
  close(): Promise<void>;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const read = (html: string): string => html.replaceAll(/&(?:amp|lt|gt|quot|#39);/gu, (sign) => ENTITIES[sign] ?? sign);
const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(` ${name}="([^"]*)"`, 'u').exec(tag)?.[1];
  return found === undefined ? undefined : read(found);
};

export function formsIn(html: string): readonly Drawn[] {
  return Array.from(html.matchAll(/<form[^>]*>(.*?)<\/form>/gsu), ([, inner = '']) => {
    const sends: Record<string, string> = {};
    for (const [tag] of inner.matchAll(/<input[^>]*>/gu))
      sends[attribute(tag, 'name') ?? ''] = attribute(tag, 'value') ?? '';
    for (const [, tag = '', value = ''] of inner.matchAll(/<(textarea[^>]*)>\n?(.*?)<\/textarea>/gsu))
      sends[attribute(tag, 'name') ?? ''] = read(value);
    for (const [, tag = '', options = ''] of inner.matchAll(/<(select[^>]*)>(.*?)<\/select>/gsu)) {
      const all = Array.from(options.matchAll(/<option[^>]*>/gu), ([option]) => option);
      const chosen = all.find((option) => option.includes(' selected')) ?? all[0] ?? '';
      sends[attribute(tag, 'name') ?? ''] = attribute(chosen, 'value') ?? '';
    }
    return {
      sends,
      labels: Array.from(inner.matchAll(/<button[^>]*>(.*?)<\/button>/gsu), ([, label = '']) => read(label)),
    };
  });
}

function aPhone(base: string): Phone {
  const cookies = new Map<string, string>();
  const keep = (headers: Headers): void => {
    for (const cookie of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(cookie) ?? [];
      if (/Max-Age=0/u.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  const asks = async (url: string, posted: string | null, follow: boolean): Promise<Shown> => {
    const way: string[] = [url];
    for (let next = url, body = posted; ;) {
      const isOurs = new URL(next).origin === new URL(base).origin;
      const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ');
      const headers = new Headers(isOurs && cookie !== '' ? { cookie } : {});
      if (body !== null) headers.set('content-type', 'application/x-www-form-urlencoded');
      const method = body === null ? 'GET' : 'POST';
      const response = await fetch(next, { method, body, headers, redirect: 'manual' });
      if (isOurs) keep(response.headers);
      const location = response.headers.get('location');
      if (follow && response.status === 302 && location !== null) {
        next = new URL(location, next).href;
        body = null;
        way.push(next);
        continue;
      }
      const html = await response.text();
      const text = read(html.replace(/^.*<body>/su, '').replaceAll(/<[^>]*>/gu, ' ')).replaceAll(/\s+/gu, ' ');
      return { status: response.status, headers: response.headers, html, url: next, way, forms: formsIn(html), text };
    }
  };
  const phone: Phone = {
    cookies,
    opens: (url, follow = true) => asks(url, null, follow),
    sends: (body) =>
      asks(`${base}/wecom/act`, typeof body === 'string' ? body : new URLSearchParams(body).toString(), true),
    async presses({ forms }, label, values = {}) {
      const form = forms.find(({ labels }) => labels.includes(label));
      if (form === undefined) throw new Error(`no button ${label}`);
      const filled = Object.entries(values).map(([name, value]) => [`v.${name}`, value] as const);
      return phone.sends({ ...form.sends, ...Object.fromEntries(filled) });
    },
  };
  return phone;
}

/** Pages behind the login of an enterprise, whose phone is 李雷's, and a product that says what a test lets it. */
export async function paging(options: { readonly publicUrl?: string } = {}): Promise<Paging> {
  const clock = manualClock();
  const emulator = await startWeCom({ clock });
  emulator.addMember({ userId: LILEI, name: '李雷' });
  emulator.addMember({ userId: WANGFANG, name: '王芳' });
  emulator.phone = LILEI;
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const failures: unknown[] = [];
  const there = <T>(value: T): Promise<T> =>
    on.isStoreAway ? Promise.reject(new StoreUnavailable(new Error('test'))) : Promise.resolve(value);
  const sink: Sink = {
    accept(event, options) {
      on.events.push({ event, options });
      return there(on.answer);
    },
    openForm(asked: InboundInvoke) {
      on.reads.push({ what: 'form', asked });
      return there(on.form);
    },
    openHome(asked) {
      on.reads.push({ what: 'home', asked });
      return there(on.home);
    },
    openLink(asker, link) {
      on.reads.push({ what: 'link', asked: { ...asker, link } });
      return there(on.card);
    },
  };
  const pages = createPages({
    app: { corpId: emulator.corpId, agentId: emulator.app.agentId },
    oauthUrl: emulator.url,
    client: createClient({
      app: { corpId: emulator.corpId, secret: emulator.app.secret },
      apiUrl: emulator.url,
      clock,
    }),
    clock,
    ids: systemIds,
    signer: vault,
    sink: () => sink,
    isOpen: () => on.isOpen,
    people: {
      lookUp() {
        on.people.asked += 1;
        if (on.people.isSlow) return new Promise(() => undefined);
        return on.people.fails === null ? Promise.resolve(on.profile) : Promise.reject(on.people.fails);
      },
    },
    publicUrl: () => options.publicUrl ?? url,
    locale: 'zh-CN',
    log: createLog({ level: 'debug', readable: false, clock, stream: { write: (line) => void lines.push(line) } }),
    onFailure: (error) => void failures.push(error),
  });
  app.use(pages.router);
  const on: Paging = {
    emulator,
    clock,
    pages,
    url,
    events: [],
    reads: [],
    lines,
    failures,
    answer: { stored: true },
    form: null,
    home: null,
    card: null,
    profile: { name: '李雷' },
    people: { fails: null, isSlow: false, asked: 0 },
    isOpen: true,
    isStoreAway: false,
    phone: () => aPhone(url),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      await emulator.close();
      if (emulator.findings.length > 0) throw new Error(emulator.findings.join('\n'));
    },
  };
  return on;
}
