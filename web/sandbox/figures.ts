/** Figures of the machine as people read them; `words` are the page's. */
interface Words {
  readonly locale: string;
  say(name: string, values: Readonly<Record<string, string | number>>): string;
}

export function duration(ms: number, words: Pick<Words, 'say'>): string {
  const s = Math.round(ms / 1_000);
  if (s < 60) return words.say('machine_s', { n: ms < 10_000 ? Math.round(ms / 100) / 10 : s });
  if (s < 3_600) return words.say('machine_min', { n: Math.round(s / 60) });
  if (s < 172_800) return words.say('machine_h', { n: Math.round(s / 3_600) });
  return words.say('machine_d', { n: Math.round(s / 86_400) });
}

/** The time of day, with its date where that is not today's. */
export function moment(at: string | number, { locale }: Pick<Words, 'locale'>, seconds = false): string {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  return then.toLocaleString(locale, {
    ...(!today && { month: 'numeric', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds && { second: '2-digit' }),
    hourCycle: 'h23',
  });
}

/** An installation by its platform's name, and by its own where that says more. */
export function appName(key: string): string {
  const [platform = '', installation = ''] = key.split('\n');
  return platform === installation ? platform : `${platform} · ${installation}`;
}

/** Whether a job began so late that it is worth a look. */
export const isLate = (lagMs: number): boolean => lagMs > 10_000;
