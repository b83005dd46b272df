import type { Locale } from '../../src/domain/directory.ts';
import { catalogues } from '../../src/text/registry.ts';
import { text, type TextKey } from '../../src/text/text.ts';

type SandboxKey = Extract<TextKey, `sandbox.${string}`>;

/** The page's own words in one language, by name. */
export function words(locale: Locale): Record<string, string> {
  const reader = { locale, timeZone: 'UTC', now: new Date(0) };
  return Object.fromEntries(
    Object.keys(catalogues.sandbox).map((name) => [name, text(reader, `sandbox.${name}` as SandboxKey, null)]),
  );
}
