import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { type Column, formatNumber, renderTable } from '../../src/commands/render.ts';

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
