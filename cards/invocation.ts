/**
 * One use of a command as data. The same object becomes a Slack button, a DingTalk action, a WeCom button key, a `dtmd://` link
 * or a typed line. Values are strings as a person would type them; `ticket` is the number without `T-`.
 */
export interface Invocation {
  readonly command: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Compact text form for platforms that carry one string per button: `claim?ticket=4821`. At most 512 characters. */
export function encodeInvocation(i: Invocation): string {
  const query = new URLSearchParams(i.args).toString();
  return query === '' ? i.command : `${i.command}?${query}`;
}

/** The reverse; null when the text is not an invocation. The command's existence is not checked here. */
export function decodeInvocation(text: string): Invocation | null {
  if (text.length > 512) return null;
  const match = /^([a-z][a-z-]{0,30})(?:\?(.*))?$/s.exec(text);
  if (match === null) return null;
  return { command: match[1] ?? '', args: Object.fromEntries(new URLSearchParams(match[2] ?? '')) };
}
