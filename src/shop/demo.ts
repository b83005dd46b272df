import { cp, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Locale } from '../domain/directory.ts';
import { SetupError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { operator } from '../text/operator.ts';
import { text } from '../text/text.ts';
import { CheckedFile } from './problems.ts';
import { duration } from './schema.ts';
import type { Shop } from './shop.ts';
import { suggest } from './suggestion.ts';

/** The demo shop's source of webhooks, and what its events are signed with. It is in the documentation: no real shop accepts it. */
export const DEMO_HOOK = 'shop';
export const DEMO_HOOK_SECRET = 'gd-demo-shop-secret-not-for-production';

/** The demo shop's files in a data folder of its own. */
export interface DemoFiles {
  readonly shop: string;
  readonly tickets: string;
}

/** Copies the demo shop to `<data>/demo/` unless it is there already; what somebody edited there stays. Throws `SetupError`. */
export async function provideDemo(data: string, locale: Locale): Promise<DemoFiles> {
  const folder = join(data, 'demo');
  try {
    await cp(join(packageRoot(), 'demo'), folder, { recursive: true, force: false, errorOnExist: false });
  } catch {
    // A folder that can be read is enough, even where it cannot be written.
    if (!existsSync(join(folder, 'gongdan.yaml'))) {
      throw new SetupError(text(operator(locale), 'setup.data_unwritable', { path: data }));
    }
  }
  return { shop: join(folder, 'gongdan.yaml'), tickets: join(folder, 'tickets.yaml') };
}

/** One thing that happened in the demo shop. */
export type DemoStep =
  /** The customer wrote. */
  | { readonly agoMs: number; readonly says: string }
  /** A colleague wrote this command about the ticket. */
  | { readonly agoMs: number; readonly by: string; readonly does: string };

export interface DemoTicket {
  /** Sandbox id of the customer, and the chat they write in. */
  readonly customer: string;
  readonly conversation: string;
  /** In the order in which they happened; the first is the customer's. */
  readonly steps: readonly DemoStep[];
}

const line = z.string().trim().min(1).max(1_000);
const step = z.union([
  z.strictObject({ ago: duration, says: line }),
  z.strictObject({ ago: duration, by: line, does: line }),
]);
const tickets = z.array(z.strictObject({ customer: line, steps: z.array(step).min(1).max(50) })).max(100);

/** Reads `tickets.yaml` against the shop it belongs to. Throws one `SetupError` with every problem. */
export async function loadDemoTickets(path: string, shop: Shop, locale: Locale): Promise<readonly DemoTicket[]> {
  return parseDemoTickets(await readFile(path, 'utf8'), shop, locale);
}

/** The same from text. */
export function parseDemoTickets(source: string, shop: Shop, locale: Locale): readonly DemoTicket[] {
  const file = new CheckedFile(source, 'tickets.yaml');
  const input = file.parse(tickets, { '*': ['customer', 'steps'], '*.steps.*': ['ago', 'says', 'by', 'does'] });
  const chats = new Map(
    shop.sandbox?.conversations.filter((c) => c.kind === 'customer').map((c) => [c.members[0] ?? '', c.id]),
  );
  const found = (input ?? []).map((ticket, i): DemoTicket => {
    const conversation = chats.get(ticket.customer);
    if (conversation === undefined) {
      const suggestion = suggest(ticket.customer, chats.keys());
      const params = { ...file.at([i, 'customer']), thing: 'customer', value: ticket.customer, suggestion } as const;
      file.report(params.line, { key: 'setup.unknown_reference', params });
    }
    const steps = ticket.steps.map((s, j): DemoStep => {
      const { ago: agoMs } = s;
      if ('says' in s) return { agoMs, says: s.says };
      if (!shop.directory.people.has(s.by)) {
        const suggestion = suggest(s.by, shop.directory.people.keys());
        const params = { ...file.at([i, 'steps', j, 'by']), thing: 'person', value: s.by, suggestion } as const;
        file.report(params.line, { key: 'setup.unknown_reference', params });
      }
      return { agoMs, by: s.by, does: s.does };
    });
    for (const [j, s] of steps.entries()) {
      const before = steps[j - 1];
      const wrong = before === undefined ? !('says' in s) : before.agoMs < s.agoMs;
      const place = file.at([i, 'steps', j]);
      if (wrong) file.report(place.line, { key: 'setup.wrong_order', params: place });
    }
    return { customer: ticket.customer, conversation: conversation ?? '', steps };
  });
  file.throwProblems(locale);
  return found;
}
