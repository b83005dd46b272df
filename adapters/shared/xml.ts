import { XMLParser } from 'fast-xml-parser';

/** What is between two tags of one name. Whatever it looks like it is a text: ids have 64 bits. */
export type XmlValue = string | XmlElement;
/** Elements by their names, without a prototype. What stands there several times is a list, what stands there once is not: see `listed`. */
export interface XmlElement {
  readonly [name: string]: XmlValue | readonly XmlValue[] | undefined;
}

/** Longer than any callback, characters. */
const MOST_LENGTH = 262_144;
const MOST_ELEMENTS = 1_000;
/** Elements within elements: a card's choices are the deepest, `xml > SelectedItems > SelectedItem > OptionIds > OptionId`. */
const DEEPEST = 8;

const CDATA = '<![CDATA[';
const END = ']]>';
/** Names that the parser gives to what has none; no tag of ours can be called so. */
const NAMED = { text: '#text', cdata: '#cdata' } as const;
/** A mark of byte order and a declaration. */
const PROLOGUE = /^\uFEFF?\s*(?:<\?xml\s[^<>]*\?>)?/u;
/** No attributes, no names with a colon. */
const TAG = /<\/?[A-Za-z_][\w.-]*\s*\/?>/gu;
const ENTITY = /&(?:#x([\da-fA-F]+)|#(\d+)|(\w+));/gu;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const parser = new XMLParser({
  // In order, CDATA is told from text: only in the latter an entity is one.
  preserveOrder: true,
  cdataPropName: NAMED.cdata,
  textNodeName: NAMED.text,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  maxNestedTags: DEEPEST,
});

/** A tag with what is in it, a text, or a section of CDATA, as the parser has them. */
type Node = Readonly<Record<string, string | readonly Node[]>>;

/**
 * The flat XML of callbacks (fact sheet, 2.3 and 2.4): what `<xml>` holds. Null: it is no such document, or too much of one. Whatever
 * else XML knows, declarations of types and entities, comments, attributes, is refused before anything is parsed; within CDATA it is text.
 */
export function readXml(text: string): XmlElement | null {
  const xml = text.replace(PROLOGUE, '').trim();
  if (!isPlain(xml)) return null;
  try {
    const nodes = parser.parse(xml, true) as readonly Node[];
    const document = valueOf(nodes);
    const root = typeof document === 'string' ? document : document['xml'];
    return typeof root === 'object' && !isList(root) ? root : null;
  } catch {
    return null;
  }
}

/** The children of one name: none, one or several. An element with nothing in it is none. */
export const listed = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
};

const isList = (value: XmlValue | readonly XmlValue[] | undefined): value is readonly XmlValue[] =>
  Array.isArray(value);

/** Whether it is made of tags, text and CDATA alone. */
function isPlain(xml: string): boolean {
  if (xml.length > MOST_LENGTH) return false;
  let rest = '';
  let at = 0;
  for (let from = xml.indexOf(CDATA); from !== -1; from = xml.indexOf(CDATA, at)) {
    const to = xml.indexOf(END, from);
    if (to === -1) return false;
    // In its place what no tag can hold.
    rest += `${xml.slice(at, from)}\0`;
    at = to + END.length;
  }
  rest += xml.slice(at);
  return (rest.match(TAG)?.length ?? 0) <= 2 * MOST_ELEMENTS && !rest.replaceAll(TAG, '').includes('<');
}

/** @throws Error when there is text between elements, or an entity that nobody declared */
function valueOf(nodes: readonly Node[]): XmlValue {
  const children = new Map<string, XmlValue[]>();
  let text = '';
  for (const [name, inner] of nodes.flatMap((node) => Object.entries(node))) {
    if (typeof inner === 'string') text += plainOf(inner);
    else if (name === NAMED.cdata) text += inner.map(asIs).join('');
    else children.set(name, [...(children.get(name) ?? []), valueOf(inner)]);
  }
  if (children.size === 0) return text;
  if (text.trim() !== '') throw new Error('text between elements');
  const element = Object.create(null) as Record<string, XmlValue | readonly XmlValue[] | undefined>;
  for (const [name, values] of children) element[name] = values.length === 1 ? values[0] : values;
  return element;
}

/** What stands in a section of CDATA: no entity is one there. */
function asIs({ [NAMED.text]: text }: Node): string {
  return typeof text === 'string' ? text : '';
}

const plainOf = (text: string): string =>
  text.replaceAll(ENTITY, (_, hex: string | undefined, decimal: string | undefined, name = '') => {
    const code = Number(hex === undefined ? decimal : `0x${hex}`);
    const plain = (hex ?? decimal) ? String.fromCodePoint(code) : ENTITIES.get(String(name));
    if (plain === undefined || /\p{Surrogate}/u.test(plain)) throw new Error('no such entity');
    return plain;
  });
