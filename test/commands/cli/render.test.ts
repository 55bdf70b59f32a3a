import { stripVTControlCharacters } from 'node:util';
import widthOf from 'string-width';
import { expect, test } from 'vitest';
import { type Column, renderTable } from '../../../src/commands/cli/render.ts';
import { formatNumber } from '../../../src/core/format.ts';

interface Row {
  readonly name: string;
  readonly games: number | undefined;
}
const rows: Row[] = [
  { name: 'random', games: 12345 },
  { name: 'heuristik ä', games: undefined },
];
const columns: Column<Row>[] = [
  { title: 'PLAYER', value: (row) => row.name, paint: (cell, _row, chalk) => chalk.green(cell) },
  { title: 'GAMES', value: (row) => row.games },
];

test('text left, numbers right', () => {
  expect(renderTable(rows, columns, { color: false })).toBe('PLAYER        GAMES\nrandom       12,345\nheuristik ä');
});

test('colour changes nothing but the colour', () => {
  const plain = renderTable(rows, columns, { color: false });
  const coloured = renderTable(rows, columns, { color: true });
  expect(coloured).not.toBe(plain);
  const trimmed = stripVTControlCharacters(coloured)
    .split('\n')
    .map((line) => line.trimEnd());
  expect(trimmed.join('\n')).toBe(plain);
});

const four: Column<{ id: string; n: number }>[] = [
  { title: 'ID', value: (row) => row.id },
  { title: 'FIRST', value: (row) => row.n },
  { title: 'SECOND', value: (row) => row.n, drop: 1 },
  { title: 'THIRD', value: (row) => row.n },
];
const lines = (text: string): string[] => text.split('\n');
const heading = (width: number): string | undefined =>
  lines(renderTable([{ id: 'ab', n: 1 }], four, { color: false, width }))[0];

test('columns are left out in the order they say, then the last one first', () => {
  expect(heading(24)).toBe('ID  FIRST  SECOND  THIRD');
  expect(heading(23)).toBe('ID  FIRST  THIRD');
  expect(heading(15)).toBe('ID  FIRST');
  expect(heading(8)).toBe('ID');
});

test('what was left out is said', () => {
  const [, , ...said] = lines(renderTable([{ id: 'ab', n: 1 }], four, { color: false, width: 23 }));
  expect(said.join(' ')).toBe('(no room for SECOND: a wider terminal or --format ndjson shows them)');
});

test('no line is wider than the terminal, and colour changes nothing about that', () => {
  for (const width of [10, 14, 16, 17, 18, 19, 40]) {
    const shown = (color: boolean): string[] =>
      lines(renderTable(rows, columns, { color, width })).map((line) => stripVTControlCharacters(line).trimEnd());
    expect(shown(true)).toEqual(shown(false));
    for (const line of shown(false)) expect(widthOf(line)).toBeLessThanOrEqual(width);
  }
});

test('wide characters take two columns', () => {
  const names = [{ name: '棋手', games: 1 }, ...rows];
  expect(renderTable(names, columns, { color: false }).split('\n')[1]).toBe('棋手              1');
  expect(lines(renderTable([{ name: '棋手', games: 1 }], columns, { color: false, width: 3 })).slice(2, 4)).toEqual([
    '棋',
    '手',
  ]);
});

const why: Column<{ what: string; why: string; more?: string }>[] = [
  { title: 'WHAT', value: (row) => row.what },
  { title: 'WHY', value: (row) => row.why, wrap: true },
];

test('a text goes on below itself, and no word is broken that fits', () => {
  const text = renderTable([{ what: 'gpu', why: 'no driver was found here, install one' }], why, {
    color: false,
    width: 31,
  });
  expect(text).toBe('WHAT  WHY\ngpu   no driver was found here,\n      install one');
  const path = renderTable([{ what: 'gpu', why: 'x'.repeat(31) }], why, { color: false, width: 31 });
  expect(path).toBe(`WHAT  WHY\ngpu   ${'x'.repeat(25)}\n      ${'x'.repeat(6)}`);
});

test('two texts share the room, and columns behind them stay in theirs', () => {
  const both: Column<{ why: string }>[] = [
    { title: 'A', value: () => 'a', wrap: true },
    { title: 'B', value: (row) => row.why, wrap: true },
    { title: 'C', value: (row) => row.why, wrap: true },
    { title: 'N', value: () => 7 },
  ];
  const text = renderTable([{ why: 'one two three four five six seven' }], both, { color: false, width: 60 });
  expect(text).toBe(
    [
      'A  B                           C                           N',
      'a  one two three four five     one two three four five     7',
      '   six seven                   six seven',
    ].join('\n'),
  );
});

test('control characters of a name are written out', () => {
  const table = renderTable([{ name: 'a\nb\u001b[2J\u007f', games: 1 }], columns, { color: false });
  expect(table).toBe('PLAYER               GAMES\na\\nb\\u001b[2J\\u007f      1');
});

test('no rows is only a heading', () => {
  expect(renderTable([], columns, { color: false })).toBe('PLAYER  GAMES');
});

test.each([
  [0, '0'],
  [1234567, '1,234,567'],
  [1234.5, '1,235'],
  [12.3456, '12.3'],
  [0.000123456, '0.000123'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
