import type { Reader } from '../text/text.ts';
import type { Address } from '../domain/address.ts';
import { addressKey } from '../domain/address.ts';
import { firstOf } from '../domain/call.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { Parts } from './parts.ts';

const CHINA = 'Asia/Shanghai';

/** A member of staff, in their own language and time zone. */
export function personReader(parts: Parts, person: string): Reader {
  const known = parts.directory().people.get(person);
  return { locale: known?.locale ?? 'zh-CN', timeZone: known?.timeZone ?? CHINA, now: parts.clock.now() };
}

/** A group reads in its team's language; one without a team in that of the first. */
export function groupReader(parts: Parts, address: Address): Reader {
  const { groups, teams } = parts.directory();
  const team = teams.get(groups.get(addressKey(firstOf(address))) ?? '') ?? [...teams.values()][0];
  return { locale: team?.locale ?? 'zh-CN', timeZone: team?.timeZone ?? CHINA, now: parts.clock.now() };
}

/** A customer reads in the language they wrote. */
export function customerReader(parts: Parts, ticket: Pick<Ticket, 'language' | 'team'> | null): Reader {
  const team = parts.directory().teams.get(ticket?.team ?? '');
  return {
    locale: ticket?.language === 'en' ? 'en' : 'zh-CN',
    timeZone: team?.timeZone ?? CHINA,
    now: parts.clock.now(),
  };
}
