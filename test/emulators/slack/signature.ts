import { createHmac } from 'node:crypto';

/** `X-Slack-Signature` of a body; `timestamp`: seconds, as in `X-Slack-Request-Timestamp`. */
export const sign = (secret: string, timestamp: number, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
