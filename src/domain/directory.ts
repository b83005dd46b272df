import type { Address } from './address.ts';
import type { Calendar } from './calendar.ts';
import type { DigestRules } from './digest-schedule.ts';
import type { Hours } from './hours.ts';
import type { Subscription } from './subscription.ts';
import type { SurgeRules } from './surge.ts';
import type { Promises } from './terms.ts';

export type Locale = 'zh-CN' | 'en';
export type Role = 'agent' | 'lead' | 'manager' | 'admin';

/** Somebody of the merchant's own staff; one person however many platform accounts. */
export interface Person {
  readonly id: string;
  /** What colleagues read. */
  readonly name: string;
  /** What customers read (对外称呼). */
  readonly outwardName: string;
  readonly roles: readonly Role[];
  readonly teams: readonly string[];
  /** Empty: all shops. */
  readonly shops: readonly string[];
  readonly locale: Locale;
  readonly timeZone: string;
  /** Id of a shift of one of the teams; null: there whenever their teams are. */
  readonly shift: string | null;
  /** Where this person is reached alone, in order of preference. */
  readonly direct: readonly Address[];
  /** Where this person is reached beside the chats when nothing else helps: e-mail, SMS, telephone. Never shown. */
  readonly outside: readonly Address[];
  /** Lower case; a full member of a platform's organisation with this address is this person. Never shown. */
  readonly email?: string;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  /** The groups in which the team's tickets stand. */
  readonly groups: readonly Address[];
  /** Groups in which its urgent tickets stand while the platform of one of those is away. */
  readonly standby: readonly Address[];
  /** Category ids (or their first level) and shops this team serves; empty: all. */
  readonly categories: readonly string[];
  readonly shops: readonly string[];
  readonly locale: Locale;
  readonly timeZone: string;
  /** When the team is there: whenever one of its shifts is. */
  readonly calendar: Calendar;
  /** Empty: all of the team work by its calendar. */
  readonly shifts: readonly Shift[];
  /** How long it may have a ticket, working ms; null: as long as it takes. */
  readonly legMs: number | null;
}

/** Who works at the same times (班次). */
export interface Shift {
  readonly id: string;
  readonly name: string;
  readonly calendar: Calendar;
}

/** Days on which there is more to do than on others (大促). */
export interface Promotion {
  readonly id: string;
  readonly name: string;
  /** First and last local day: `2026-11-10`, `2026-11-12`. */
  readonly from: string;
  readonly to: string;
  /** What is worked on these days; the calendars have it already. Absent: as ever. */
  readonly hours?: readonly Hours[];
}

export interface Shop {
  readonly id: string;
  readonly name: string;
  /** Customers of these apps belong to the shop; each `platform/app`. */
  readonly apps: readonly string[];
}

/** A category id is `logistics` or `logistics.stalled`: at most two levels. */
export interface Category {
  readonly id: string;
  readonly name: { readonly 'zh-CN': string; readonly en: string };
  /** What whoever files a ticket of it is asked for beside the words; absent: as its first level says, else everything; empty: nothing. */
  readonly asks?: readonly Ask[];
}

/** What a category can ask for: parameters of `new`. */
export const ASKABLE = ['order', 'tracking', 'phone', 'handle'] as const;

export interface Ask {
  readonly fact: (typeof ASKABLE)[number];
  /** Without it no ticket is filed by a form. */
  readonly required: boolean;
}

/** What a category asks for; null: nobody has said, so everything may matter. */
export const asksOf = (categories: Directory['categories'], id: string): readonly Ask[] | null =>
  categories.get(id)?.asks ?? categories.get(id.split('.')[0] ?? '')?.asks ?? null;

/** How a ticket ended (处理结果), e.g. `handled` or `return_approved`. */
export interface Disposition {
  readonly id: string;
  readonly name: { readonly 'zh-CN': string; readonly en: string };
}

/** How long what belongs to a filing is waited for. Milliseconds. */
export interface FilingTimes {
  /** A picture sent alone within this time before or after `new` belongs to it. */
  readonly pictureMs: number;
  /** A draft is kept so long. */
  readonly draftMs: number;
}

/** Where customers are whom we cannot write to from here (千牛, a marketplace's back office, the telephone). */
export interface ContactPlace {
  readonly id: string;
  readonly name: { readonly 'zh-CN': string; readonly en: string };
  /** Words by which pasted text reveals it. */
  readonly words: readonly string[];
  /** What people are known by there; numbers are masked in groups. */
  readonly handle: 'nick' | 'number';
  /** What the handle is called there (旺旺), where it has a name. */
  readonly called?: { readonly 'zh-CN': string; readonly en: string };
}

/** How long the rest takes beside what is promised, frozen onto each ticket when it opens. Milliseconds. */
export interface Policy {
  /** A resolved ticket closes by itself after this long. */
  readonly autoCloseMs: number;
  /** A reply can be taken back for this long before it goes out. */
  readonly replyHoldMs: number;
  /** The same for the notice that a ticket is resolved or closed. */
  readonly noticeHoldMs: number;
  /** A greeting alone waits this long for the matter before it becomes a ticket. */
  readonly openerMs: number;
  /** However often a customer urges, the priority rises at most once in this time. */
  readonly nudgeRaiseMs: number;
  /** Nor are they answered more often than once in this time. */
  readonly nudgeAnswerMs: number;
  /** What is offered to somebody waits this long for them, then it comes back. */
  readonly offerMs: number;
  /** The pass from hand to hand that a lead is told of. */
  readonly passes: number;
  /** What a customer writes within this long is one message to the assignee. */
  readonly newsMs: number;
}

/** The merchant's organisation as one immutable picture; replaced whole when anything in it changes. */
export interface Directory {
  readonly people: ReadonlyMap<string, Person>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly shops: ReadonlyMap<string, Shop>;
  readonly categories: ReadonlyMap<string, Category>;
  readonly dispositions: ReadonlyMap<string, Disposition>;
  readonly places: ReadonlyMap<string, ContactPlace>;
  readonly filing: FilingTimes;
  readonly policy: Policy;
  /** What tickets are promised from now on. */
  readonly promises: Promises;
  /** How long after it was closed a ticket is archived, ms. */
  readonly archiveMs: number;
  readonly surge: SurgeRules;
  /** Of whoever is in no team. */
  readonly calendar: Calendar;
  readonly promotions: readonly Promotion[];
  readonly digest: DigestRules;
  /** accountKey -> person id */
  readonly accounts: ReadonlyMap<string, string>;
  /** addressKey of a group -> team id */
  readonly groups: ReadonlyMap<string, string>;
  /** Platforms whose own member list says who belongs: somebody it knows joins the team of a group by pressing a button there. */
  readonly trusted: readonly string[];
  /** Systems that are told of what happens, by id. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
}
