/** Figures of the machine as people read them; `words` are the page's. */
interface Words {
  say(name: string, values: Readonly<Record<string, string | number>>): string;
}

export function duration(ms: number, words: Words): string {
  const s = Math.round(ms / 1_000);
  if (s < 60) return words.say('machine_s', { n: ms < 10_000 && ms % 1_000 !== 0 ? (ms / 1_000).toFixed(1) : s });
  if (s < 3_600) return words.say('machine_min', { n: Math.round(s / 60) });
  if (s < 172_800) return words.say('machine_h', { n: Math.round(s / 3_600) });
  return words.say('machine_d', { n: Math.round(s / 86_400) });
}

/** An installation by its platform's name, and by its own where that says more. */
export function appName(key: string): string {
  const [platform = '', installation = ''] = key.split('\n');
  return platform === installation ? platform : `${platform} · ${installation}`;
}
