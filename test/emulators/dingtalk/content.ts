import { checkPictures } from './card-rules.ts';
import type { DingMessage } from './emulator.ts';
import { asList, asObject, asText, isObject, type Json } from '../json.ts';
import { plain } from './markdown.ts';
import type { State } from './state.ts';

/** What a message says. */
export type Content = Pick<DingMessage, 'kind' | 'text' | 'links' | 'file'>;

const content = (kind: Content['kind'], text: string, more: Partial<Content> = {}): Content => ({
  kind,
  text,
  links: [],
  file: null,
  ...more,
});

const numbered = (names: string, count: number): string =>
  Array.from({ length: count }, (_, i) => names.replaceAll('#', String(i + 1))).join(' ');

const MARKDOWN = 'title text';

/** The keys of `msgParam` by `msgKey` (fact sheet, 3.5). */
const PARAMS: Readonly<Record<string, { readonly keys: string; readonly optional?: string }>> = {
  sampleText: { keys: 'content' },
  sampleMarkdown: { keys: MARKDOWN },
  sampleImageMsg: { keys: 'photoURL' },
  sampleLink: { keys: 'text title picUrl messageUrl' },
  sampleActionCard: { keys: `${MARKDOWN} singleTitle singleURL` },
  sampleActionCard2: { keys: `${MARKDOWN} ${numbered('actionTitle# actionURL#', 2)}` },
  sampleActionCard3: { keys: `${MARKDOWN} ${numbered('actionTitle# actionURL#', 3)}` },
  sampleActionCard4: { keys: `${MARKDOWN} ${numbered('actionTitle# actionURL#', 4)}` },
  sampleActionCard5: { keys: `${MARKDOWN} ${numbered('actionTitle# actionURL#', 5)}` },
  sampleActionCard6: { keys: `${MARKDOWN} ${numbered('buttonTitle# buttonUrl#', 2)}` },
  sampleAudio: { keys: 'mediaId duration' },
  sampleFile: { keys: 'mediaId fileName fileType' },
  sampleVideo: { keys: 'duration videoMediaId videoType picMediaId', optional: 'height width' },
};

export const isMessageKey = (key: string): boolean => key in PARAMS;

/** Types of files that a robot can send. */
const FILE_TYPES = new Set(['xlsx', 'pdf', 'zip', 'rar', 'doc', 'docx']);

/** What is wrong with the keys and values of a `msgParam`; null: nothing. */
function wrongIn(key: string, params: Json): string | null {
  const shape = PARAMS[key];
  const keys = shape?.keys.split(' ') ?? [];
  const known = new Set([...keys, ...(shape?.optional?.split(' ') ?? [])]);
  const missing = keys.find((name) => asText(params[name]) === '');
  if (missing !== undefined) return `${key} without ${missing}`;
  const unknown = Object.keys(params).find((name) => !known.has(name));
  if (unknown !== undefined) return `${key} has no ${unknown}`;
  const unread = Object.keys(params).find((name) => typeof params[name] !== 'string');
  return unread === undefined ? null : `${unread} of ${key} is no string`;
}

/** The content of a message over the robot's API; null: DingTalk does not take it, and it was said why. */
export function robotContent(state: State, key: string, params: Json, where: string): Content | null {
  const of = (name: string): string => asText(params[name]);
  const refuse = (why: string): null => {
    state.find(`${where}: ${why}`);
    return null;
  };
  const wrong = wrongIn(key, params);
  if (wrong !== null) return refuse(wrong);
  const fileOf = (media: string, name?: string): Content['file'] => {
    const file = state.media.get(media);
    if (file === undefined) state.find(`${where}: there is no media ${media}`);
    return file === undefined ? null : { bytes: file.bytes, name: name ?? file.name };
  };
  const markdown = (): string => {
    checkPictures(state, of('text'), where);
    return plain(of('text'));
  };
  if (key.startsWith('sampleActionCard')) {
    const links = [1, 2, 3, 4, 5]
      .flatMap((no) => [
        { label: of(`actionTitle${no}`), url: of(`actionURL${no}`) },
        { label: of(`buttonTitle${no}`), url: of(`buttonUrl${no}`) },
      ])
      .concat({ label: of('singleTitle'), url: of('singleURL') })
      .filter(({ label }) => label !== '');
    return content('actionCard', markdown(), { links });
  }
  switch (key) {
    case 'sampleText':
      return content('text', of('content'));
    case 'sampleMarkdown':
      return content('markdown', markdown());
    case 'sampleLink':
      return content('link', `${of('title')}\n${of('text')}`, {
        links: [{ label: of('title'), url: of('messageUrl') }],
      });
    case 'sampleImageMsg': {
      const photo = of('photoURL');
      return content('picture', '', { file: /^https?:/u.test(photo) ? null : fileOf(photo) });
    }
    case 'sampleFile':
      if (!FILE_TYPES.has(of('fileType'))) return refuse(`files of type ${of('fileType')} cannot be sent`);
      return content('file', of('fileName'), { file: fileOf(of('mediaId'), of('fileName')) });
    case 'sampleAudio':
      return content('audio', '', { file: fileOf(of('mediaId')) });
    case 'sampleVideo':
      return content('video', '', { file: fileOf(of('videoMediaId')) });
    default:
      return null;
  }
}

/** The content of a message over a webhook (fact sheet, 3.4); null: DingTalk does not take it. `empty` says nothing and is no content either. */
export function webhookContent(state: State, body: Json, where: string): Content | null {
  const type = asText(body['msgtype']);
  const inner = asObject(body[type]);
  const of = (name: string): string => asText(inner[name]);
  const needed = (names: readonly string[]): boolean => {
    const missing = names.filter((name) => of(name) === '');
    if (missing.length > 0) state.find(`${where}: ${type} without ${missing.join(', ')}`);
    return missing.length === 0;
  };
  const markdown = (): string => {
    checkPictures(state, of('text'), where);
    return plain(of('text'));
  };
  switch (type) {
    case 'text':
      return needed(['content']) ? content('text', of('content')) : null;
    case 'markdown':
      return needed(['title', 'text']) ? content('markdown', markdown()) : null;
    case 'link':
      return needed(['title', 'text', 'messageUrl'])
        ? content('link', `${of('title')}\n${of('text')}`, { links: [{ label: of('title'), url: of('messageUrl') }] })
        : null;
    case 'actionCard': {
      if (!needed(['title', 'text'])) return null;
      const single = { label: of('singleTitle'), url: of('singleURL') };
      const several = asList(inner['btns'])
        .filter(isObject)
        .map((button) => ({ label: asText(button['title']), url: asText(button['actionURL']) }));
      return content('actionCard', markdown(), { links: single.label === '' ? several : [single] });
    }
    case 'feedCard': {
      const links = asList(inner['links'])
        .filter(isObject)
        .map((link) => ({ label: asText(link['title']), url: asText(link['messageURL']) }));
      return content('link', links.map(({ label }) => label).join('\n'), { links });
    }
    default:
      state.find(`${where}: webhooks take no ${type === '' ? 'message without a type' : type}`);
      return null;
  }
}
