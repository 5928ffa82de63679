/**
 * Markdown of the Temporal UI. Text from outside gets into it through {@link verbatim} alone: a name of a
 * signal such as `[sign in](https://evil.example)` would be a link in an administrator's browser.
 */

/** Longer text is cut; a name or an id that is longer says no more. */
const CHARACTERS_MAX = 256;

/**
 * As a code span, in which Markdown reads nothing: no link, no address, no HTML, no end of the line.
 * Control, format and private characters go, with them those that change the direction of writing.
 */
export function verbatim(text: string): string {
  const plain = text
    .slice(0, CHARACTERS_MAX)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll('`', "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
  return `\`${plain === '' ? '(empty)' : plain}\``;
}
