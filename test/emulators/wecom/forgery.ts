import { getSignature } from '@wecom/crypto';
import type { Forgery } from './emulator.ts';
import type { Reply } from './http.ts';
import type { WeCom } from './method.ts';
import { appOf } from './state.ts';
import { bodyOf, queryOf, wrap } from './wire.ts';
import { xmlOf } from './xml.ts';

const DAY_MS = 86_400_000;
const OTHER_KEY = 'A'.repeat(43);
const HUGE = 2 * 1_024 * 1_024;

const DOCTYPE =
  '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>';

/** Sends what WeCom never would; its answer. */
export async function forge({ state, wire }: WeCom, agentId: number, how: Forgery, text: string): Promise<Reply> {
  const app = appOf(state, agentId);
  const isBare = how === 'no-msgid';
  const plain = xmlOf([
    ['ToUserName', state.corpId],
    ['FromUserName', Array.from(state.members.keys())[0] ?? 'forger'],
    ['CreateTime', Math.floor(state.now() / 1_000)],
    ['MsgType', 'text'],
    ['Content', text],
    ...(isBare ? [] : [['MsgId', '1'] as const]),
    ['AgentID', agentId],
  ]);
  const post = async (inside: string, over: Parameters<typeof wrap>[3] = {}): Promise<Reply> => {
    const envelope = wrap(state, app, inside, over);
    return wire.raw(agentId, queryOf(envelope), bodyOf(state, app, envelope.cipher));
  };
  const good = wrap(state, app, plain);
  const body = bodyOf(state, app, good.cipher);
  switch (how) {
    case 'unsigned':
      return wire.raw(agentId, '', body);
    case 'wrong-signature':
      return wire.raw(agentId, queryOf({ ...good, signature: '0'.repeat(40) }), body);
    case 'wrong-key':
      return post(plain, { key: OTHER_KEY });
    case 'foreign-id':
      return post(plain, { id: 'ww9999999999999999' });
    case 'unencrypted':
      return wire.raw(agentId, queryOf(good), plain);
    case 'stale':
      return post(plain, { at: state.now() - DAY_MS });
    case 'future':
      return post(plain, { at: state.now() + DAY_MS });
    case 'doctype':
      return wire.raw(agentId, queryOf(good), DOCTYPE + body);
    case 'entities':
      return post(DOCTYPE + plain.replace(/<!\[CDATA\[[^\]]*\]\]>(<\/Content>)/u, '&c;&d;$1'));
    case 'huge':
      return wire.raw(agentId, queryOf(good), body.replace('</xml>', `<Filler>${'x'.repeat(HUGE)}</Filler></xml>`));
    case 'deep':
      return post(`<xml>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</xml>`);
    case 'no-msgid':
      return post(plain);
    case 'repeated-keys':
      return wire.raw(agentId, `${queryOf(good)}&${queryOf(good)}`, body);
    case 'no-xml':
      return wire.raw(agentId, queryOf(good), '{"encrypt":"no"}');
    case 'empty':
      return wire.raw(agentId, queryOf(good), '');
    case 'broken-cipher': {
      const cipher = good.cipher.slice(0, 40);
      const signature = getSignature(app.token, good.timestamp, good.nonce, cipher);
      return wire.raw(agentId, queryOf({ ...good, signature }), bodyOf(state, app, cipher));
    }
  }
}
