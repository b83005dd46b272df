import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Block } from '../../../cards/card.ts';
import type { Attachment } from '../../../src/domain/attachment.ts';
import { MAX_FILE } from '../../../src/files/file.ts';
import { openDesk, words, type Desk, type Seen } from '../../support/desk.ts';
import { aPicture, PICTURES, pictureOf } from '../../support/pictures.ts';
import { aShop } from '../../support/shop.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ shop: aShop({ customers: 30 }) });
});
afterAll(() => desk.stop());

type Content = Uint8Array<ArrayBuffer>;
const bytes = (text: string): Content => new Uint8Array(Buffer.from(text));
const VOICE = bytes('#!AMR\n\u0001\u0002');
const PDF = bytes('%PDF-1.7\n...');
const MP4 = bytes('\u0000\u0000\u0000\u0018ftypisom');

const kept = async (user: string, content: Content, name: string, more = {}): Promise<Attachment> => {
  const { status, file } = await desk.uploads(user, content, name, more);
  if (status !== 201) throw new Error(`${name} was not taken: ${status}`);
  return file;
};
const ids = (files: readonly Attachment[]): string[] => files.map(({ id }) => id);
const ticketOf = async (customer: string) => {
  const rows = await desk.store.tickets.list({}, 100);
  const row = rows.find((t) => t.links[0]?.address.conversation === `c-${customer}`);
  const ticket = row === undefined ? null : await desk.store.tickets.load(row._id);
  if (ticket === null) throw new Error(`${customer} has no ticket`);
  return ticket;
};
const sends = async (customer: string, files: readonly Attachment[], text = '') => {
  await desk.writes(customer, text, { attachments: ids(files) });
  return ticketOf(customer);
};
const blocksOf = (seen: Seen): readonly Block[] => seen.card?.blocks ?? [];
const linesOf = (seen: Seen): string[] =>
  blocksOf(seen).flatMap((b) => (b.type === 'file' || b.type === 'text' || b.type === 'note' ? [b.text] : []));
const imagesOf = (seen: Seen) => blocksOf(seen).flatMap((b) => (b.type === 'image' ? [b] : []));
const urlsOf = (seen: Seen): string[] =>
  blocksOf(seen).flatMap((b) => ((b.type === 'image' || b.type === 'file') && b.url !== undefined ? [b.url] : []));
const opens = (url: string | undefined): Promise<Response> =>
  desk.request(new URL(url ?? '', desk.url).href.slice(desk.url.length));

describe('what customers send', () => {
  it('a message without words is called by what was sent', async () => {
    const pictures = [await kept('k1', aPicture('1'), 'a.png'), await kept('k1', aPicture('2'), 'b.png')];
    expect((await sends('k1', pictures)).subject).toBe('图片 2 张，待看');
    expect((await sends('k2', [await kept('k2', VOICE, 'v.amr', { seconds: 12 })])).subject).toBe('语音 12 秒');
    expect((await sends('k3', [await kept('k3', MP4, '开箱.mp4')])).subject).toBe('视频 1 个，待看');
    const mixed = [await kept('k4', PDF, '发票.pdf'), await kept('k4', aPicture('4'), 'c.png')];
    expect((await sends('k4', mixed)).subject).toBe('文件 发票.pdf、图片 1 张，待看');
  });

  it('a recording with the platform’s transcript is called by its first sentence, and quoted with its length', async () => {
    const voice = await kept('k5', VOICE, 'v.amr', { seconds: 12, transcript: '你好。杯子碎了。要退款' });
    const ticket = await sends('k5', [voice]);
    expect(ticket.subject).toBe('杯子碎了');
    expect(linesOf(await desk.card('lilei', 'g-aftersale', ticket.number))).toContain(
      '语音 12 秒：“你好。杯子碎了。要退款”',
    );
  });

  it('the group card shows pictures of the latest quote, at most three, and no link that many would read', async () => {
    const files = await Promise.all([1, 2, 3, 4, 5].map((i) => kept('k6', aPicture(`6.${i}`), `${i}.png`)));
    const { number } = await sends('k6', [...files, await kept('k6', PDF, '电话13812345678.pdf')], '杯子碎了');
    const card = await desk.card('lilei', 'g-aftersale', number);
    expect(imagesOf(card).map(({ file, alt }) => [file, alt])).toEqual(
      files.slice(0, 3).map(({ id, name }) => [id, name]),
    );
    expect(linesOf(card)).toEqual(['还有 2 张图片，点「查看」', '文件 电话138****5678.pdf · 12 B']);
    expect(urlsOf(card)).toEqual([]);
    expect(card.card?.actions.map(({ invoke }) => invoke.command)).toContain('show');
  });

  it('the same file is stored once, whoever sends it', async () => {
    const [one, two] = [await kept('k7', PICTURES.gif, 'a.gif'), await kept('k8', PICTURES.gif, 'b.gif')];
    const [first, second] = await Promise.all([one, two].map(({ id }) => desk.store.files.load(id)));
    expect(first?.hash).toBe(second?.hash);
    expect(one.id).not.toBe(two.id);
    expect((await kept('k7', PICTURES.gif, 'a.gif')).id).toBe(one.id);
  });

  it('a name of a file stands in no event of the history', async () => {
    const ticket = await sends('k9', [await kept('k9', PDF, '张三的病历.pdf')]);
    expect(JSON.stringify(ticket.history)).not.toContain('病历');
  });
});

describe('what is wrong with a file is seen', () => {
  it('a picture of 25 MB is kept, of one byte more it is refused to its sender', async () => {
    const whole = await kept('k10', pictureOf(MAX_FILE), '大.png');
    expect(whole).toMatchObject({ kind: 'image', size: MAX_FILE });
    const refused = await desk.uploads('k10', pictureOf(MAX_FILE + 1), '太大.png');
    expect(refused).toMatchObject({ status: 413, file: { detail: `file: must be at most ${MAX_FILE} bytes` } });
  });

  it('where a platform cannot refuse, the message arrives and says 文件太大，没有保存', async () => {
    const event = {
      kind: 'message',
      platform: 'sandbox',
      app: 'sandbox',
      id: 'large-1',
      conversation: { id: 'c-k11', kind: 'customer' },
      sender: { id: 'k11', name: '顾客11' },
      receivedAt: desk.clock.now(),
      text: '看视频',
      attachments: [
        {
          id: 'none',
          kind: 'video',
          name: '开箱.mp4',
          type: 'video/mp4',
          size: 31 * 1024 * 1024,
          problem: 'too_large',
        },
      ],
      addressed: true,
    } as const;
    await desk.flow.sink.accept(event);
    await desk.passes(0);
    const { number } = await ticketOf('k11');
    const card = await desk.card('lilei', 'g-aftersale', number);
    expect(linesOf(card)).toContain('文件太大，没有保存：开箱.mp4 · 31 MB');
    const show = await desk.types('lilei', `查看 ${number}`);
    expect(show.answer === null ? [] : urlsOf(show.answer)).toEqual([]);
  });

  it('a broken picture is a file that says so and can be had as it is', async () => {
    for (const [customer, whole] of [
      ['k12', PICTURES.png],
      ['k13', PICTURES.jpeg],
    ] as const) {
      const file = await kept(customer, whole.subarray(0, 60), '杯子.png');
      const { number } = await sends(customer, [file]);
      const card = await desk.card('lilei', 'g-aftersale', number);
      expect([imagesOf(card), linesOf(card)]).toEqual([[], ['图片打不开，可能损坏了：杯子.png · 60 B']]);
      const show = await desk.types('lilei', `查看 ${number}`);
      const [url] = show.answer === null ? [] : urlsOf(show.answer);
      expect((await opens(url)).headers.get('content-disposition')).toContain('attachment');
    }
  });

  it('a file with a lying extension is kept as what it is, and said so', async () => {
    const lies: readonly (readonly [Content, string, string])[] = [
      [PDF, '照片.png', '文件 照片.png · 12 B · 其实是 PDF'],
      [bytes('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'a.jpg', '文件 a.jpg · 59 B · 其实是文本'],
      [bytes('MZ\u0000\u0001\u0002'), 'b.jpg', '文件 b.jpg · 5 B · 其实是别的格式'],
      [bytes('MZ\u0000\u0001\u0002'), 'setup.exe', '文件 setup.exe · 5 B'],
    ];
    for (const [i, [content, name, line]] of lies.entries()) {
      const customer = `k${14 + i}`;
      const { number } = await sends(customer, [await kept(customer, content, name)]);
      expect(linesOf(await desk.card('lilei', 'g-aftersale', number))).toEqual([line]);
    }
  });

  it('a picture whose name lies is still shown as the picture it is', async () => {
    const { number } = await sends('k18', [await kept('k18', PICTURES.gif, '合同.pdf')]);
    expect(imagesOf(await desk.card('lilei', 'g-aftersale', number))).toHaveLength(1);
  });

  it('an empty file, a name that tricks, more than twenty files and somebody else’s file', async () => {
    expect((await desk.uploads('k19', new Uint8Array(0), 'a.png')).status).toBe(400);
    const named = await kept('k19', aPicture('19'), `../../\u202Egnp.exe${'长'.repeat(300)}.png`);
    expect(named.name).toMatch(/^gnp\.exe长+….png$/u);
    expect(Array.from(named.name)).toHaveLength(120);
    const many = await Promise.all(Array.from({ length: 21 }, (_, i) => kept('k19', aPicture(`19.${i}`), `${i}.png`)));
    const post = (user: string, attachments: readonly string[]) =>
      desk.posts('/sandbox/api/messages', { conversation: `c-${user}`, user, attachments });
    expect((await post('k19', ids(many))).status).toBe(400);
    expect((await post('k20', ids([named]))).status).toBe(404);
    expect((await post('k19', ids(many.slice(0, 20)))).status).toBe(202);
    expect((await ticketOf('k19')).subject).toBe('图片 20 张，待看');
  });
});

describe('a link to a file', () => {
  it('opens for team members only, as things stand when it is opened, until it expires', async () => {
    const file = await kept('k21', PDF, '发票 1.pdf');
    const { number } = await sends('k21', [file], '发票开错了');
    const show = await desk.types('lilei', `查看 ${number}`);
    const [url = ''] = show.answer === null ? [] : urlsOf(show.answer);
    const opened = await opens(url);
    expect([opened.status, await opened.text()]).toEqual([200, '%PDF-1.7\n...']);
    expect(opened.headers.get('content-disposition')).toContain("filename*=UTF-8''%E5%8F%91%E7%A5%A8%201.pdf");
    expect(opened.headers.get('cache-control')).toBe('no-store');

    const changed = new URL(url, desk.url);
    changed.searchParams.set('p', 'sunwei');
    expect((await opens(changed.href)).status).toBe(403);
    expect((await opens(url.replace(file.id, (await kept('k21', MP4, 'x.mp4')).id))).status).toBe(403);
    expect((await opens(url.replace(/\?.*/u, ''))).status).toBe(403);

    await desk.types('lilei', `认领 ${number}`);
    await desk.types('lilei', `转给 ${number} 物流 要重开发票`);
    const denied = await opens(url);
    expect([denied.status, await denied.text()]).toEqual([
      403,
      expect.stringMatching(/你现在不能看[^]*You may not see/u),
    ]);
    await desk.types('sunwei', `转给 ${number} 售后 已重开`);
    expect((await opens(url)).status).toBe(200);

    await desk.passes(9 * 86_400_000);
    const late = await opens(url);
    expect([late.status, await late.text()]).toEqual([410, expect.stringMatching(/链接过期了[^]*has expired/u)]);
    expect((await opens(urlsOf((await desk.types('lilei', `查看 ${number}`)).answer as Seen)[0])).status).toBe(200);
  });

  it('stands on the work card, where one person reads it', async () => {
    const { number } = await sends('k22', [await kept('k22', aPicture('22'), '杯子.png')], '杯子碎了');
    await desk.types('lilei', `认领 ${number}`);
    const work = await desk.card('lilei', 'd-lilei', number);
    expect(imagesOf(work)).toMatchObject([{ alt: '杯子.png' }]);
    expect((await opens(urlsOf(work)[0])).headers.get('content-type')).toBe('image/png');
  });

  it('never runs what it opens', async () => {
    const svg = bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const { number } = await sends('k23', [await kept('k23', svg, '图.svg')]);
    const [url] = urlsOf((await desk.types('lilei', `查看 ${number}`)).answer as Seen);
    const { headers } = await opens(url);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('agents send pictures back', () => {
  const pictureTo = async (customer: string, line: (no: number) => string) => {
    await desk.writes(customer, '尺码怎么选');
    const { number } = await ticketOf(customer);
    await desk.types('wangfang', `认领 ${number}`);
    const picture = await kept('wangfang', aPicture(customer), '尺码表.png');
    const { answer } = await desk.types('wangfang', line(number), { attachments: [picture.id] });
    return { number, picture, answer, heard: () => desk.sees(customer, `c-${customer}`) };
  };

  it('with words or alone, after the hold', async () => {
    const said = await pictureTo('k24', (no) => `回复 ${no} 看这张表`);
    expect(JSON.stringify(await said.heard())).not.toContain('尺码表');
    await desk.passes(6_000);
    expect((await said.heard()).at(-1)).toMatchObject({ text: '看这张表', attachments: [said.picture] });
    const alone = await pictureTo('k25', (no) => `回复 ${no}`);
    await desk.passes(6_000);
    expect((await alone.heard()).at(-1)).toMatchObject({ from: 'bot', attachments: [alone.picture] });
  });

  it('taken back within the hold it never arrives', async () => {
    const said = await pictureTo('k26', (no) => `回复 ${no}`);
    expect(words(said.answer)).not.toBe('');
    await desk.types('wangfang', `撤销 ${said.number}`);
    await desk.passes(60_000);
    expect(JSON.stringify(await said.heard())).not.toContain('尺码表');
  });
});
