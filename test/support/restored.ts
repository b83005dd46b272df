import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ticket } from '../../src/domain/ticket.ts';
import type { SealedEvent } from '../../src/domain/event.ts';
import { manualClock, type ManualClock } from './clock.ts';
import { openDesk, words, type Desk, type Seen } from './desk.ts';
import { aShop } from './shop.ts';

/** The moment of the backup: ten minutes before the desk opens. */
export const BACKUP = '2026-11-11T06:20:00Z';
const MINUTE = 60_000;

const admins = [
  '  gaofei: { name: 高飞, roles: [admin], teams: [], accounts: { sandbox: { user: gaofei, direct: d-gaofei } } }',
  '  ann: { name: Ann, roles: [admin], teams: [], locale: en, accounts: { sandbox: { user: ann, direct: d-ann } } }',
].join('\n');
const shop = aShop({ customers: 8, more: admins });

/** A message of the bot as the platform keeps it. */
interface Kept {
  readonly change: number;
  readonly conversation: string;
  readonly visibleTo: string | null;
  readonly text: string | null;
  readonly card: { readonly summary: string } | null;
}

/**
 * A desk that was restored while things waited. 高飞 and Ann (English) are admins. Tickets of k1: a reply waits out its hold · k2: waits for the
 * warehouse until 14:40 · k3: resolved and told · k4: offered by 李雷 to 王芳 · k5: nobody has it.
 */
export class RestoredDesk {
  readonly clock: ManualClock = manualClock();
  readonly #numbers = new Map<string, number>();
  #desk: Desk | null = null;
  #directory = '';

  get desk(): Desk {
    if (this.#desk === null) throw new Error('the desk is not open');
    return this.#desk;
  }

  /** Where `restore` leaves its word. */
  get file(): string {
    return join(this.#directory, 'restored.json');
  }

  get directory(): string {
    return this.#directory;
  }

  async begin(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'quiet-'));
    await this.open();
    for (const customer of ['k1', 'k2', 'k3', 'k4', 'k5']) await this.opens(customer);
    await this.desk.types('wangfang', '上线');
    for (const customer of ['k1', 'k2', 'k3', 'k4']) await this.desk.types('lilei', `认领 ${this.no(customer)}`);
    await this.desk.types('lilei', `解决 ${this.no('k3')}`);
    await this.desk.types('lilei', `挂起 ${this.no('k2')} 仓库 10分钟`);
    await this.desk.types('lilei', `转给 ${this.no('k4')} 王芳 请跟进`);
    await this.desk.passes(MINUTE);
    await this.desk.types('lilei', `回复 ${this.no('k1')} 新杯子今天寄出`);
  }

  async open(): Promise<void> {
    this.#desk = await openDesk({ shop, directory: this.#directory, clock: this.clock });
  }

  async close(): Promise<void> {
    await this.#desk?.stop();
    this.#desk = null;
  }

  async end(): Promise<void> {
    await this.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** Stops the bot and starts it as `restore` leaves it; the last change that the platform saw before. */
  async restores(): Promise<number> {
    const since = Math.max(0, ...(await this.#kept()).map((m) => m.change));
    await this.close();
    const at = new Date(this.clock.now().getTime() - 5_000).toISOString();
    await writeFile(this.file, JSON.stringify({ at, backupMadeAt: BACKUP }));
    await this.open();
    await this.desk.passes(1_000);
    return since;
  }

  /** A customer opens a ticket, whose number they read where anything is sent. */
  async opens(customer: string, text = '收到的杯子碎了'): Promise<void> {
    await this.desk.writes(customer, text);
    const told = (await this.heard(customer)).find((w) => w.includes('T-')) ?? '';
    this.#numbers.set(customer, Number(/T-(\d+)/u.exec(told)?.[1]));
  }

  /** Says which ticket is meant by a customer who read no number. */
  names(customer: string, number: number): void {
    this.#numbers.set(customer, number);
  }

  no(customer: string): number {
    return this.#numbers.get(customer) ?? 0;
  }

  async ticket(customer: string): Promise<Ticket> {
    const found = await this.desk.store.tickets.byNumber(this.no(customer));
    if (found === null) throw new Error(`no ticket of ${customer}`);
    return found;
  }

  async history(customer: string): Promise<SealedEvent[]> {
    return this.desk.store.tickets.history(await this.ticket(customer));
  }

  /** What a customer has read from the bot. */
  async heard(customer: string): Promise<string[]> {
    return (await this.desk.sees(customer, `c-${customer}`)).filter((m) => m.from === 'bot').map(words);
  }

  /** Everything the bot posted or changed since, but for private answers and what admins read in their direct chats. */
  async leaked(since: number): Promise<string[]> {
    return (await this.#kept())
      .filter((m) => m.change > since && m.visibleTo === null && !['d-gaofei', 'd-ann'].includes(m.conversation))
      .map((m) => `${m.conversation}: ${m.text ?? m.card?.summary}`);
  }

  /** The one card about the restore that an admin has. */
  async notice(admin: string): Promise<Seen> {
    const all = (await this.desk.sees(admin, `d-${admin}`)).filter(
      (m) => m.private !== true && m.surface?.startsWith('post:quiet:') === true,
    );
    const [first] = all;
    if (first === undefined || all.length > 1) throw new Error(`${admin} has ${all.length} cards`);
    return first;
  }

  /** An admin presses a button of their card about the restore, or of another; what they read. */
  async presses(admin: string, label: string, on?: Seen | null): Promise<Seen | null> {
    const seen = on ?? (await this.notice(admin));
    const rows = seen.card?.blocks.flatMap((b) =>
      b.type === 'list' ? b.items.flatMap((i) => [i.action, i.also]) : [],
    );
    const action = [...(seen.card?.actions ?? []), ...(rows ?? [])].find((a) => a?.label === label);
    if (action === undefined) throw new Error(`no ${label} on ${words(seen)}`);
    const { command, args } = action.invoke;
    return (await this.desk.presses(admin, seen.surface ?? null, command, { ...args })).answer;
  }

  async #kept(): Promise<Kept[]> {
    const all = await this.desk.store.connection.collection('sandbox_messages').find({ from: 'bot' }).toArray();
    return all as unknown as Kept[];
  }
}
