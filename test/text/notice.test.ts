import { describe, expect, it } from 'vitest';
import { notice } from '../../src/text/notice.ts';
import { say, type Sentence } from '../../src/text/text.ts';
import { en, NOW, zh } from '../support/tickets.ts';

const INTERNAL = /工单|认领|升级|组|挂起|转派|客户|你|!|！|\bticket\b|\bqueue\b|\bteam\b|\bclaim|\bassign/iu;

/** Every notice with its sample, and with the other forms that its parameters have. */
const sentences: readonly Sentence[] = Object.entries(notice)
  .map(([name, e]) => ({ key: `notice.${name}`, params: e.sample }) as Sentence)
  .concat(
    { key: 'notice.acknowledge', params: { no: 4821, by: null, opens: null } },
    { key: 'notice.acknowledge', params: { no: 4821, by: null, opens: NOW } },
  );

describe('what customers read by itself', () => {
  it.each(sentences.map((s) => [s.key, s] as const))(
    '%s is polite, says the number if there is one, and no internal word',
    (_key, s) => {
      const [chinese, english] = [say(s, zh), say(s, en)];
      const numbered = JSON.stringify(s.params).includes('"no":4821');
      for (const words of [chinese, english]) expect(words.includes('T-4821')).toBe(numbered);
      expect(chinese).toContain('您');
      for (const words of [chinese, english]) expect(words).not.toMatch(INTERNAL);
      expect(english).not.toMatch(/\p{Script=Han}/u);
    },
  );

  it('names the moment of the promise as people say it', () => {
    const by = new Date(NOW.getTime() + 3_600_000);
    const s: Sentence = { key: 'notice.acknowledge', params: { no: 4821, by, opens: null } };
    expect(say(s, zh)).toBe('已收到，单号 T-4821。我们会在今天 15:30 前回复您；有要补充的，直接发在这里就好。');
    expect(say(s, en)).toBe(
      'We have your message (T-4821) and will answer by 15:30. If there is anything to add, just write it here.',
    );
  });
});
