import { LogLevel, type Logger } from '@slack/web-api';

/** Slack's packages put tokens, addresses and whole payloads into their lines: none of them reaches a log. What matters we say ourselves. */
export const quietLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
