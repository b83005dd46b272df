import { createHmac } from 'node:crypto';

/** Of robot callbacks (key: the app's secret) and of custom robots' sends (key: `SEC...`); base64 (fact sheet, 3.6 and 6). */
export const sign = (secret: string, timestamp: string): string =>
  createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');

/** Of card callbacks in HTTP mode; base64 (fact sheet, 4.3). */
export const signCard = (secret: string, timestamp: string): string =>
  createHmac('sha256', secret).update(timestamp).digest('base64');
