import type { PlaceName } from '../domain/contact.ts';

/** How something is done there: `在千牛`, `用电话`. */
export const zhAt = (p: PlaceName): string => `${p.handle === 'number' ? '用' : '在'}${p.name['zh-CN']}`;
/** `on Qianniu`, `by phone`. */
export const enAt = (p: PlaceName): string =>
  p.handle === 'number' ? `by ${p.name.en.toLowerCase()}` : `on ${p.name.en}`;

/** For samples. */
export const QIANNIU: PlaceName = { name: { 'zh-CN': '千牛', en: 'Qianniu' }, handle: 'nick' };
