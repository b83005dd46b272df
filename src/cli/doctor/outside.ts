import { createMailer } from '../../../adapters/email/mailer.ts';
import { readEmailSettings } from '../../../adapters/email/settings.ts';
import { createGatewayLink } from '../../../adapters/gateway/link.ts';
import { readGatewaySettings } from '../../../adapters/gateway/settings.ts';
import { appKey, appName, type Address } from '../../domain/address.ts';
import type { Directory } from '../../domain/directory.ts';
import { DeliveryError } from '../../errors.ts';
import { carrierTo, unreached } from '../../outside.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';
import { organisation } from './configuration.ts';

/** What one way answered; null: it is well. */
export type Answer = Pick<DeliveryError, 'failure' | 'message'> | null;

export interface OutsideFacts {
  /** Undefined: it is not configured. */
  readonly email?: Answer;
  readonly gateway?: Answer;
  /** By `email/main`: the people who are reached so, with their addresses masked. */
  readonly people: ReadonlyMap<string, readonly string[]>;
  /** By the same name: how many people are to be reached by what is not configured. */
  readonly unreached: ReadonlyMap<string, number>;
}

export function judgeOutside({ email, gateway, people, unreached: without }: OutsideFacts): readonly Finding[] {
  const findings = [
    ...(email === undefined ? [] : [judge('email', email)]),
    ...(gateway === undefined ? [] : [judge('gateway', gateway)]),
  ];
  for (const [app, names] of people) {
    if (!without.has(app)) findings.push(ok({ key: 'outside_doctor.people', params: { app, people: names } }));
  }
  for (const [app, count] of without)
    findings.push(
      warning(
        { key: 'outside_doctor.unreached', params: { app, count } },
        { key: 'outside_doctor.unreached_todo', params: null },
      ),
    );
  return findings;
}

function judge(way: 'email' | 'gateway', answer: Answer): Finding {
  if (answer === null) return ok({ key: `outside_doctor.${way}_ok`, params: null });
  const params = { code: answer.message };
  return answer.failure === 'auth'
    ? problem(
        { key: `outside_doctor.${way}_refused`, params },
        { key: `outside_doctor.${way}_refused_todo`, params: null },
      )
    : problem({ key: `outside_doctor.${way}_away`, params }, { key: `outside_doctor.${way}_away_todo`, params: null });
}

/** `l••••@shop.example`, `+86••••00`: enough to find a mistake, too little to write to anybody. */
export function masked({ platform, conversation }: Pick<Address, 'platform' | 'conversation'>): string {
  if (platform !== 'email') return `${conversation.slice(0, 3)}••••${conversation.slice(-2)}`;
  const [name = '', domain = ''] = conversation.split('@');
  return `${name.slice(0, 1)}••••@${domain}`;
}

function peopleOf({ people }: Pick<Directory, 'people'>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, outside } of people.values()) {
    for (const address of outside) {
      const app = appName(appKey(address));
      found.set(app, [...(found.get(app) ?? []), `${name} ${masked(address)}`]);
    }
  }
  return found;
}

async function answerOf(asked: Promise<void>): Promise<Answer> {
  try {
    await asked;
    return null;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return error;
  }
}

/** E-mail and the SMS and phone gateway: a login, and a signed ping by which nobody is written to or called. */
export const outside: Check = {
  name: 'outside',
  run: async (surroundings) => {
    const { config, clock } = surroundings;
    const [email, gateway] = [config.platforms.get('email'), config.platforms.get('gateway')];
    const directory = await organisation(surroundings);
    const apps = new Set([
      ...(email === undefined ? [] : ['email\nmain']),
      ...(gateway === undefined ? [] : ['gateway\nsms', 'gateway\nphone']),
    ]);
    const mailer = email === undefined ? null : createMailer(readEmailSettings(email), clock);
    try {
      return judgeOutside({
        ...(mailer !== null && { email: await answerOf(mailer.verify()) }),
        ...(gateway !== undefined && {
          gateway: await answerOf(createGatewayLink(carrierTo(readGatewaySettings(gateway), clock), clock).ping()),
        }),
        people: directory === null ? new Map() : peopleOf(directory),
        unreached: directory === null ? new Map() : unreached(directory, apps),
      });
    } finally {
      mailer?.close();
    }
  },
};
