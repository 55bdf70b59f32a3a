import { expect, test } from 'vitest';
import { printable, printableLines, printablePainted } from '../../src/core/printable.ts';

/** One character of every kind that a terminal or a page obeys, and what is shown instead. */
const HARMFUL = [
  ['\0', '\\u0000'],
  ['\u0007', '\\u0007'],
  ['\b', '\\b'],
  ['\r', '\\r'],
  ['\u001b[2J', '\\u001b[2J'],
  ['\u007f', '\\u007f'],
  ['\u0085', '\\u0085'],
  ['\u009b31m', '\\u009b31m'],
  ['\u061c', '\\u061c'],
  ['\u200f', '\\u200f'],
  ['\u2028', '\\u2028'],
  ['\u202e', '\\u202e'],
  ['\u2066', '\\u2066'],
  ['\u2069', '\\u2069'],
] as const;

test.each(HARMFUL)('%j is shown as %s', (harmful, shown) => {
  for (const print of [printable, printableLines, printablePainted]) {
    expect(print(`a${harmful}b`)).toBe(`a${shown}b`);
  }
});

test('lines and our colours stay where they belong', () => {
  const text = 'one\n\ttwo \u001b[31mred\u001b[39m';
  expect(printable(text)).toBe('one\\n\\ttwo \\u001b[31mred\\u001b[39m');
  expect(printableLines(text)).toBe('one\n\ttwo \\u001b[31mred\\u001b[39m');
  expect(printablePainted(text)).toBe(text);
});

test('names in any script stay as they are', () => {
  for (const name of ['Zoë', '棋手', 'שחקן', 'لاعب', 'a\u200db', '🏳️‍🌈', '´"<&']) expect(printable(name)).toBe(name);
});
