/**
 * Text from elsewhere (names, reasons, messages of other programs) as a terminal or a page may show it. A terminal obeys
 * control characters, U+009B among them, and both reorder text at a bidirectional control: those become visible.
 */

const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** One line: control characters as JSON writes them, `\n` and `\u009b`. */
export const printable = (text: string): string => text.replace(HARMFUL, visible);

/** Text of several lines: the same, but line ends and tabs stay. */
export const printableLines = (text: string): string => text.replace(/[^\n\t]+/g, printable);

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a colour is
const COLOUR = /(\u001b\[[\d;]*m)/;

/** Text of several lines that we coloured ourselves: the colours stay as well. */
export const printablePainted = (text: string): string =>
  text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 1 ? part : printableLines(part)))
    .join('');

function visible(character: string): string {
  const inJson = JSON.stringify(character).slice(1, -1);
  return inJson === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : inJson;
}
