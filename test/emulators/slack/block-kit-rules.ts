/** One thing that is wrong with a payload. */
export interface Finding {
  /** What was checked: the method or the answer that carried it. */
  readonly where: string;
  /** JSON pointer from the payload's root. */
  readonly pointer: string;
  readonly code: string;
  readonly expected: string;
  readonly got: string;
}

export type Surface = 'message' | 'modal' | 'home';
export type Json = Readonly<Record<string, unknown>>;

/** What one check carries along; rules only ever add to it. */
export interface Check {
  readonly where: string;
  readonly surface: Surface;
  /** Ids of people and groups, and `here`, `channel`, `everyone`, that may be mentioned. */
  readonly mentions: ReadonlySet<string>;
  readonly findings: Finding[];
  readonly blockIds: Set<string>;
  /** Of the block that is being checked. */
  actionIds: Set<string>;
  /** Pointers of elements that want the focus. */
  readonly focused: string[];
  /** Code points of all markdown blocks so far. */
  markdown: number;
  tables: number;
}

export type Rule = (value: unknown, at: string, check: Check) => void;

export interface Shape {
  readonly required: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
  /** What the keys mean together. */
  readonly whole?: (value: Json, at: string, check: Check) => void;
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing when it is no string. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Length in Unicode code points, as Slack counts. */
export const lengthOf = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

export function say(check: Check, pointer: string, code: string, expected: string, got: unknown): void {
  const text = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing');
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  check.findings.push({ where: check.where, pointer, code, expected, got: short });
}

/** A key as a part of a JSON pointer. */
export const part = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Says so unless the number of code points is within the bounds; for `got` the number stands, never the text. */
export function measure(text: string, min: number, max: number, at: string, check: Check): void {
  const length = lengthOf(text);
  if (length < min) say(check, at, 'too_short', `at least ${min} characters`, `${length} characters`);
  if (length > max) say(check, at, 'too_long', `at most ${max} characters`, `${length} characters`);
}

export const string =
  (max: number, min = 0): Rule =>
  (value, at, check) => {
    if (typeof value === 'string') measure(value, min, max, at, check);
    else say(check, at, 'type', 'a string', value);
  };

export const boolean: Rule = (value, at, check) => {
  if (typeof value !== 'boolean') say(check, at, 'type', 'a boolean', value);
};

export const integer =
  (min: number, max: number): Rule =>
  (value, at, check) => {
    if (!Number.isInteger(value)) say(check, at, 'type', 'an integer', value);
    else if (Number(value) < min) say(check, at, 'too_small', `at least ${min}`, value);
    else if (Number(value) > max) say(check, at, 'too_big', `at most ${max}`, value);
  };

export const oneOf =
  (...allowed: readonly unknown[]): Rule =>
  (value, at, check) => {
    if (!allowed.includes(value)) say(check, at, 'not_allowed', allowed.join(', '), value);
  };

export const matches =
  (pattern: RegExp, meaning: string): Rule =>
  (value, at, check) => {
    if (typeof value !== 'string' || !pattern.test(value)) say(check, at, 'format', meaning, value);
  };

/** An address, not longer than Slack takes. */
export const url: Rule = (value, at, check) => {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(value)) say(check, at, 'format', 'a URL', value);
  else measure(value, 1, 3000, at, check);
};

export const list =
  (item: Rule, min: number, max: number): Rule =>
  (value, at, check) => {
    if (!Array.isArray(value)) {
      say(check, at, 'type', 'an array', value);
      return;
    }
    if (value.length < min) say(check, at, 'too_few', `at least ${min} items`, `${value.length} items`);
    if (value.length > max) say(check, at, 'too_many', `at most ${max} items`, `${value.length} items`);
    for (const [i, entry] of value.entries()) item(entry, `${at}/${i}`, check);
  };

export const every =
  (...rules: readonly Rule[]): Rule =>
  (value, at, check) => {
    for (const rule of rules) rule(value, at, check);
  };

export const anything: Rule = () => undefined;

/** Required keys there, unknown keys not, each value by its rule. */
export const object =
  (shape: Shape): Rule =>
  (value, at, check) => {
    if (!isObject(value)) {
      say(check, at, 'type', 'an object', value);
      return;
    }
    for (const key of Object.keys(shape.required)) {
      if (value[key] === undefined || value[key] === null) say(check, `${at}/${part(key)}`, 'missing', 'a value', null);
    }
    for (const [key, entry] of Object.entries(value)) {
      if (entry === undefined || entry === null) continue;
      const rule = shape.required[key] ?? shape.optional?.[key];
      if (rule === undefined) say(check, `${at}/${part(key)}`, 'unknown_key', 'no such key', key);
      else rule(entry, `${at}/${part(key)}`, check);
    }
    shape.whole?.(value, at, check);
  };

/** An object that its `type` describes; `allowed`: the types that may stand here. */
export const typed =
  (shapes: () => Readonly<Record<string, Rule>>, allowed: readonly string[] | null): Rule =>
  (value, at, check) => {
    const type = isObject(value) ? value['type'] : undefined;
    const rule = typeof type === 'string' ? shapes()[type] : undefined;
    if (!isObject(value)) say(check, at, 'type', 'an object', value);
    else if (type === undefined) say(check, `${at}/type`, 'missing', 'a type', null);
    else if (rule === undefined) say(check, `${at}/type`, 'unknown_type', 'a known type', type);
    else if (allowed !== null && !allowed.includes(asText(type)))
      say(check, `${at}/type`, 'not_allowed', `here only ${allowed.join(', ')}`, type);
    else rule(value, at, check);
  };
