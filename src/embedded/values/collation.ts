import { badValue, failedToParse, MongoError, notSupported, typeMismatch } from '../error.ts';
import { wholeInt32 } from './number.ts';
import type { Collation } from './order.ts';
import { doc, int32, isNumeric, typeName } from './value.ts';
import type { Doc, Value } from './value.ts';

/** The fields of a collation with their defaults, in the order in which the server lists them. */
const DEFAULTS: Doc = doc(
  ['locale', 'simple'],
  ['caseLevel', false],
  ['caseFirst', 'off'],
  ['strength', int32(3)],
  ['numericOrdering', false],
  ['alternate', 'non-ignorable'],
  ['maxVariable', 'punct'],
  ['normalization', false],
  ['backwards', false],
);

/** The version of ICU's data that a server reports with a collation. */
const VERSION = '57.1';

const CHOICES: ReadonlyMap<string, readonly string[]> = new Map([
  ['caseFirst', ['upper', 'lower', 'off']],
  ['alternate', ['non-ignorable', 'shifted']],
  ['maxVariable', ['punct', 'space']],
]);

function check(name: string, value: Value): Value {
  const standard = DEFAULTS.get(name);
  if (standard === undefined) throw new MongoError(40_415, `BSON field 'collation.${name}' is an unknown field.`);
  if (name === 'strength') {
    if (!isNumeric(value)) throw typeMismatch(`Field 'strength' must be numeric, got ${typeName(value)}`);
    const strength = wholeInt32(value);
    if (strength === undefined || strength < 1 || strength > 5) {
      throw failedToParse("Field 'strength' must be an integer 1 through 5");
    }
    return int32(strength);
  }
  if (typeof value !== typeof standard) {
    throw typeMismatch(`BSON field 'collation.${name}' is the wrong type '${typeName(value)}'`);
  }
  if (typeof value === 'string' && CHOICES.get(name)?.includes(value) === false) {
    throw failedToParse(`Field '${name}' is invalid: ${value}`);
  }
  return value;
}

function isKnownLocale(locale: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(locale.replaceAll('_', '-')).length > 0;
  } catch {
    return false;
  }
}

/**
 * Checks a collation and fills in its defaults, as `listIndexes` shows it.
 * @throws MongoError 4 without a locale, 2 for a locale that is not known, 9, 14, 40415
 */
export function expandCollation(spec: Doc): Doc {
  for (const [name, value] of spec) check(name, value);
  const locale = spec.get('locale');
  if (typeof locale !== 'string') throw new MongoError(4, 'Missing expected field "locale"');
  if (locale === 'simple') {
    if (spec.size > 1) throw badValue('No other options may be specified with the simple locale');
    return doc(['locale', 'simple']);
  }
  if (!isKnownLocale(locale)) throw badValue(`Field 'locale' is invalid in: { locale: "${locale}" }`);
  const full: Doc = new Map(Array.from(DEFAULTS, ([name, value]) => [name, check(name, spec.get(name) ?? value)]));
  full.set('version', VERSION);
  return full;
}

const SENSITIVITY: ReadonlyMap<number, 'base' | 'accent' | 'variant'> = new Map([
  [1, 'base'],
  [2, 'accent'],
  [3, 'variant'],
]);

const compiled = new Map<string, Collation>();

/**
 * Compiles a collation; `undefined` for the simple one, which compares bytes.
 * @throws MongoError 115 for options that JavaScript's collator does not have
 */
export function compileCollation(spec: Doc): Collation | undefined {
  const full = expandCollation(spec);
  const locale = full.get('locale');
  if (typeof locale !== 'string' || locale === 'simple') return undefined;
  const strength = wholeInt32(full.get('strength')) ?? 3;
  const hasCaseLevel = full.get('caseLevel') === true;
  const sensitivity = hasCaseLevel && strength === 1 ? 'case' : SENSITIVITY.get(strength);
  if (sensitivity === undefined) throw notSupported(`collation: strength ${strength}`);
  if (hasCaseLevel && strength !== 1) throw notSupported('collation: caseLevel with this strength');
  for (const name of ['alternate', 'backwards', 'maxVariable']) {
    if (full.get(name) !== DEFAULTS.get(name)) throw notSupported(`collation: ${name}`);
  }
  const caseFirst = full.get('caseFirst');
  const numeric = full.get('numericOrdering') === true;
  const key = `${locale}/${sensitivity}/${caseFirst === undefined ? '' : JSON.stringify(caseFirst)}/${String(numeric)}`;
  let collation = compiled.get(key);
  if (!collation) {
    const collator = new Intl.Collator(locale.replaceAll('_', '-'), {
      sensitivity,
      numeric,
      ignorePunctuation: false,
      caseFirst: caseFirst === 'upper' || caseFirst === 'lower' ? caseFirst : 'false',
    });
    collation = { compare: (a, b) => collator.compare(a, b) };
    compiled.set(key, collation);
  }
  return collation;
}

/** What the engine does not do of collations. */
export const UNSUPPORTED_COLLATION: readonly string[] = [
  'strength 4 and 5',
  'caseLevel with strength 2 and 3',
  'alternate: shifted',
  'maxVariable: space',
  'backwards',
];
