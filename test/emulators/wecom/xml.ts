import type { Over } from './emulator.ts';

/** An element of a callback: a text, a number as it is, or elements of its own. */
export type Element = readonly [name: string, value: string | number | bigint | readonly Element[]];

const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

function write([name, value]: Element): string {
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>`;
  const inner = typeof value === 'object' ? value.map(write).join('') : String(value);
  return `<${name}>${inner}</${name}>`;
}

/** A callback's plain text; `over` replaces elements, adds them, or with null takes them away. */
export function xmlOf(elements: readonly Element[], over: Over = {}): string {
  const kept = elements
    .filter(([name]) => over[name] !== null)
    .map(([name, value]): Element => [name, over[name] ?? value]);
  const more = Object.entries(over)
    .filter(([name, value]) => value !== null && !elements.some(([known]) => known === name))
    .map(([name, value]): Element => [name, value ?? '']);
  return `<xml>${[...kept, ...more].map(write).join('')}</xml>`;
}

/** The first element of this name, without CDATA marks; null: there is none. */
export function textIn(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>(?:<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]*))</${name}>`, 'u').exec(xml);
  return found === null ? null : (found[1] ?? found[2] ?? '');
}
