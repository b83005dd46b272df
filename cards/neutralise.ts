/** Controls but for tab and line feed, and everything invisible but for what emoji are joined with. */
const INVISIBLE = /(?!\n|\t|\u200D|\uFE0E|\uFE0F)[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
/** A joiner that joins no emoji. */
const JOINER =
  /(?<!\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}){0,2})\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
/** An emoji selector that selects nothing. */
const SELECTOR = /(?<!\p{Extended_Pictographic}|[0-9#*](?=[\uFE0E\uFE0F]\u20E3))[\uFE0E\uFE0F]/gu;
/** An at sign, unless it stands in a mail address whose domain is no group's name. */
const MENTION = /[@\uFE6B](?!(?<=[\w.+-]@)(?!(?:all|here|channel|everyone)\b)[A-Za-z0-9-]{1,63}\.[A-Za-z0-9])/giu;
/** The start of a tag, a platform's mention or a platform's link. */
const TAG = /<(?=[!@#/?A-Za-z＠])/gu;
/** Where a Markdown link's text ends and its target begins. */
const LINK = /\](?=[(:[])/gu;

/**
 * Text that somebody else wrote, made harmless wherever it is shown: it can mention nobody (`@所有人`, `<!channel>`), hide no link
 * behind other words, and hold no invisible, direction-changing or control characters. Readable as before for people; emoji stay.
 * Escaping for a platform's own markup comes on top of it and is the renderer's duty. Idempotent.
 */
export function neutralise(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, '\n')
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(INVISIBLE, '')
    .replace(JOINER, '')
    .replace(SELECTOR, '')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
    .replace(MENTION, '＠')
    .replace(TAG, '＜')
    .replace(LINK, '] ');
}

/** The same on one line. */
export const neutralLine = (text: string): string => neutralise(text).replace(/\s+/gu, ' ').trim();
