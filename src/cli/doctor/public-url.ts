import { isLoopback } from '../../config.ts';
import { askHealth } from './neighbour.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface PublicUrlFacts {
  readonly host: string;
  /** Null: not set. */
  readonly url: string | null;
  /** Who answers there; `unasked`: the bot does not run, so nobody could. */
  readonly answers: 'ours' | 'other' | 'nobody' | 'unasked';
}

export function judgePublicUrl({ host, url, answers }: PublicUrlFacts): readonly Finding[] {
  if (url === null) {
    if (isLoopback(host)) return [ok({ key: 'doctor.url_local', params: null })];
    return [warning({ key: 'doctor.url_none', params: { host } }, { key: 'doctor.url_none_todo', params: null })];
  }
  const { protocol, hostname } = new URL(url);
  const params = { url: new URL(url).origin };
  if (protocol !== 'https:' && !isLoopback(hostname.replaceAll(/[[\]]/gu, '')))
    return [problem({ key: 'doctor.url_plain', params }, { key: 'doctor.url_plain_todo', params: null })];
  if (answers === 'nobody')
    return [problem({ key: 'doctor.url_silent', params }, { key: 'doctor.url_silent_todo', params: null })];
  if (answers === 'other')
    return [problem({ key: 'doctor.url_other', params }, { key: 'doctor.url_other_todo', params: null })];
  return [ok({ key: 'doctor.url_ok', params: { ...params, asked: answers === 'ours' } })];
}

export const publicUrl: Check = {
  name: 'public-url',
  run: async ({ config, clock, neighbour }) => {
    const { host, publicUrl: url } = config;
    const who = async (): Promise<PublicUrlFacts['answers']> => {
      if (url === null || neighbour === null || neighbour.process === null) return 'unasked';
      const there = await askHealth(url, clock);
      if (there === null) return 'nobody';
      return there.process === neighbour.process ? 'ours' : 'other';
    };
    return judgePublicUrl({ host, url, answers: await who() });
  },
};
