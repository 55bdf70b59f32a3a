import { stripVTControlCharacters } from 'node:util';
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

test('lines are cut at the edge of the terminal', () => {
  expect(renderTable(rows, columns, { color: false, width: 10 })).toBe('PLAYER   …\nrandom   …\nheuristik…');
});

test('colour changes nothing about where lines are cut', () => {
  for (const width of [6, 10, 14, 16, 17, 18, 19, 40]) {
    const lines = (color: boolean): string[] =>
      renderTable(rows, columns, { color, width })
        .split('\n')
        .map((line) => stripVTControlCharacters(line).trimEnd());
    expect(lines(true)).toEqual(lines(false));
    for (const line of lines(false)) expect([...line].length).toBeLessThanOrEqual(width);
  }
});

test('wide characters take two columns', () => {
  const names = [{ name: '棋手', games: 1 }, ...rows];
  expect(renderTable(names, columns, { color: false }).split('\n')[1]).toBe('棋手              1');
  const [, first] = renderTable(names, columns, { color: false, width: 4 }).split('\n');
  expect(first).toBe('棋…');
});

test('a cut line ends its colour', () => {
  const [, line] = renderTable(rows, columns, { color: true, width: 4 }).split('\n');
  expect(line).toBe('\u001b[32mran…\u001b[39m');
});

test('a long last cell goes on below itself', () => {
  const why: Column<{ why: string }>[] = [
    { title: 'WHAT', value: () => 'gpu' },
    { title: 'WHY', value: (row) => row.why },
  ];
  const text = renderTable([{ why: 'no driver was found here, install one' }], why, { color: false, width: 28 });
  expect(text).toBe('WHAT  WHY\ngpu   no driver was found\n      here, install one');
  const path = renderTable([{ why: 'x'.repeat(30) }], why, { color: false, width: 28 });
  expect(path).toBe(`WHAT  WHY\ngpu   ${'x'.repeat(22)}\n      ${'x'.repeat(8)}`);
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
