/**
 * Markdown of the Temporal UI. Text from outside gets into it through {@link verbatim} alone: a name of a
 * signal such as `[sign in](https://evil.example)` would be a link in an administrator's browser.
 */

/** A problem with its rule and way out. Longer text is cut, and ends in an ellipsis. */
const CHARACTERS_MAX = 512;

/** So much is looked at; nothing of ours is longer. */
const READ_CHARACTERS_MAX = 4_096;

/** Controls, formats (bidi overrides among them), lone surrogates, private characters; what has no shape. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * As a code span, in which Markdown reads nothing: no link, no address, no HTML, no end of the line.
 * Escapes would not do: renderers make links of bare addresses once the escapes have been taken away.
 */
export function verbatim(text: string): string {
  const read = text.slice(0, READ_CHARACTERS_MAX).replaceAll(/\s+/g, ' ').replaceAll(UNSEEN, '');
  const characters = Array.from(read.replaceAll('`', "'").trim());
  const cut = characters.length > CHARACTERS_MAX || text.length > READ_CHARACTERS_MAX;
  const shown = characters.slice(0, CHARACTERS_MAX).join('').trim() + (cut ? '…' : '');
  return `\`${shown === '' ? '(empty)' : shown}\``;
}

/** Begins with a letter, ends with a letter or a digit: no page takes it for anything but a word. */
const NAME = /^[A-Za-z](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

/**
 * The name that a sender gave to a message. It stands in `progress`, which pages and chats show in ways that
 * nobody here knows; so what is no name is not repeated there. The history has it.
 */
export function messageName(text: string): string {
  return NAME.test(text) ? text : '(not a name)';
}
