import { describe, expect, it } from 'vitest';
import { readEmailSettings } from '../../../adapters/email/settings.ts';
import { platformSettings } from '../../../adapters/registry.ts';
import { readConfig } from '../../../src/config.ts';
import { systemIds } from '../../../src/ids.ts';

const FROM = 'desk@shop.example';
const read = (url: string, from = FROM) => readEmailSettings({ SMTP_URL: url, SMTP_FROM: from });

describe('SMTP_URL', () => {
  it.each([
    [
      'smtp://desk:p%40ss@mail.example',
      { host: 'mail.example', port: 587, secure: false, plain: false, auth: { user: 'desk', pass: 'p@ss' } },
    ],
    [
      'smtps://a%40b.example:x@mail.example',
      { host: 'mail.example', port: 465, secure: true, plain: false, auth: { user: 'a@b.example', pass: 'x' } },
    ],
    ['smtp://mail.example:2525/', { host: 'mail.example', port: 2525, secure: false, plain: false, auth: null }],
    ['smtp://localhost:25?starttls=off', { host: 'localhost', port: 25, secure: false, plain: true, auth: null }],
    ['smtp://[::1]:25?starttls=off', { host: '::1', port: 25, secure: false, plain: true, auth: null }],
  ])('%s', (url, server) => {
    expect(read(url).server).toEqual(server);
  });

  it.each([
    'http://mail.example',
    'mail.example:587',
    'smtp://',
    'smtp://desk@mail.example',
    'smtp://:secret@mail.example',
    'smtp://desk:%zz@mail.example',
    'smtp://mail.example/inbox',
    'smtp://mail.example?starttls=off',
    'smtps://localhost?starttls=off',
    'smtp://127.0.0.1.example?starttls=off',
    'smtp://mail.example?tls=none',
    'smtp://localhost?starttls=off&pool=true',
  ])('is not %s', (url) => {
    expect(() => read(url)).toThrow('SMTP_URL');
  });
});

describe('SMTP_FROM', () => {
  it.each([
    [FROM, { name: '', address: FROM }],
    [`<${FROM}>`, { name: '', address: FROM }],
    [`工单助手 <${FROM}>`, { name: '工单助手', address: FROM }],
    [`"Desk, Tea Shop" <${FROM}>`, { name: 'Desk, Tea Shop', address: FROM }],
  ])('%s', (from, sender) => {
    expect(read('smtp://mail.example', from).from).toEqual(sender);
  });

  it.each(['desk', 'Desk', `Desk\r\nBcc: x <${FROM}>`, `${FROM}, ${FROM}`, `Desk <${FROM}> <${FROM}>`])(
    'is not %j',
    (from) => {
      expect(() => read('smtp://mail.example', from)).toThrow('SMTP_FROM');
    },
  );
});

describe('the environment', () => {
  const config = (env: Record<string, string>) =>
    readConfig({ env: { GONGDAN_LANG: 'en', ...env }, cwd: '/tmp', ids: systemIds, platforms: platformSettings });

  it('names everything that is wrong, and no value', () => {
    const wrong = { SMTP_URL: 'smtp://desk@mail.example', GATEWAY_URL: 'http://gw.example', GATEWAY_SECRET: 'short' };
    const problems = ((): string => {
      try {
        config(wrong);
        return '';
      } catch (error) {
        return error instanceof Error ? error.message : '';
      }
    })();
    expect(problems).toContain('SMTP_URL is malformed');
    expect(problems).toContain('SMTP_FROM is not set');
    expect(problems).toContain('GATEWAY_SECRET is malformed');
    for (const value of Object.values(wrong)) expect(problems).not.toContain(value);
  });

  it('wants TLS of a gateway, but for one inside', () => {
    const gateway = { GATEWAY_URL: 'http://10.0.0.7/sms', GATEWAY_SECRET: '0123456789abcdef' };
    expect(() => config(gateway)).toThrow('GATEWAY_URL');
    expect(config({ ...gateway, GATEWAY_PRIVATE: 'on' }).platforms.has('gateway')).toBe(true);
  });

  it('keeps the sandbox where people are only written to', () => {
    expect(config({ SMTP_URL: 'smtp://mail.example', SMTP_FROM: FROM }).sandbox.on).toBe(true);
    const slack = { SLACK_BOT_TOKEN: 'xoxb-12345678', SLACK_SIGNING_SECRET: '0123456789abcdef' };
    expect(config(slack).sandbox.on).toBe(false);
  });
});
