import type { Answer, Outcome } from '../../commands/command.ts';
import { JOINING } from '../domain/membership.ts';
import { leads } from '../domain/permission.ts';
import type { JoinRequest } from '../storage/requests.ts';
import { grant, personOf } from './account.ts';
import type { Parts } from './parts.ts';
import { post } from './post.ts';
import { privateRow } from './privately.ts';
import type { Said } from './run.ts';
import { askKey } from './strangers.ts';

/** A lead lets somebody in, turns them away, or takes them out again; the first who decides decides. */
export async function decideJoin(parts: Parts, said: Said, asked: Extract<Outcome, { kind: 'join' }>): Promise<Answer> {
  const { speaker, row } = said;
  const { requests } = parts.store;
  const known = await requests.byNumber(asked.request);
  if (known === null) return { sentence: { key: 'people.no_request', params: { request: asked.request } } };
  if (!leads(speaker, known.team))
    return {
      sentence: { key: 'refusal.not_allowed', params: { code: 'not_allowed', no: null, needs: 'lead', who: null } },
    };
  const to = { state: asked.verdict, by: speaker.name, decided: row._id, at: parts.clock.now() };
  const now = await requests.decide(known.number, asked.verdict === 'out' ? 'yes' : 'asking', to);
  if (now === null || now.state === 'asking') return { sentence: { key: 'people.no_request', params: asked } };
  // Worked before, it is finished now; else somebody was faster.
  if (now.decided !== row._id) {
    const { name, by, state: verdict } = now;
    return { sentence: { key: 'people.decided_already', params: { name, by, verdict } } };
  }
  const counts = now.state === 'yes' && (await letIn(parts, now, speaker.id));
  if (now.state === 'out') {
    await parts.store.members.leave(now.account, now.team, speaker.id, now.at);
    await parts.live.changed();
  }
  await tell(parts, now, counts);
  return { sentence: outcomeOf(parts, now, now.state) };
}

/** Makes them a member; whether what they pressed is worked now. */
async function letIn(parts: Parts, request: JoinRequest, by: string): Promise<boolean> {
  const { account, name, team, waiting, number, at } = request;
  await grant(parts, { account, name }, { roles: ['agent'], teams: [team], by });
  const row = await parts.store.inbox.load(waiting);
  if (row?.body.from !== 'platform' || at.getTime() - row.order.getTime() > JOINING.countsMs) return false;
  const { lane, body } = row;
  const lease = { by: '', until: at };
  await parts.store.inbox.add([
    { _id: `joined:${number}:${row._id}`, lane, body, order: at, open: true, attempts: 0, lease },
  ]);
  return true;
}

const outcomeOf = (parts: Parts, { name, team, by }: JoinRequest, verdict: 'yes' | 'no' | 'out') =>
  ({
    key: 'people.decided',
    params: { name, by, verdict, team: parts.directory().teams.get(team)?.name ?? team },
  }) as const;

/** The cards of everybody who was asked say what came of it, and so does a word to who asked. */
async function tell(parts: Parts, request: JoinRequest, counts: boolean): Promise<void> {
  const { number, state, asked, account, place, by, at } = request;
  if (state === 'asking') return;
  const sentence = outcomeOf(parts, request, state);
  for (const { person, to } of asked) {
    const instead = askKey(request, person);
    await post(parts, { key: `${instead}:${state}`, instead, to, person, sentence, offers: [] });
  }
  if (state === 'out') return;
  const { team } = sentence.params;
  const again = new Date(at.getTime() + JOINING.againMs);
  const answer: Answer =
    state === 'yes'
      ? { sentence: { key: 'people.joined', params: { team, by, counts } } }
      : { sentence: { key: 'people.declined', params: { team, by, again } } };
  const person = personOf(parts, account)?.id ?? '';
  const key = `joined:${number}:${state}`;
  await parts.store.outbox.add([
    privateRow({ key, address: place, user: account.user, person, answer, grant: null }, at),
  ]);
}
