/** Every rule of the game on a small position of its own; the tables beside this file are the fixtures. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BoardName, PlayerCount } from '../../../src/engine/boards.ts';
import { type Fixture, numbersOf, observe } from './fixture.ts';

const FAMILIES = [
  'placement',
  'movement',
  'capture',
  'lines',
  'territory',
  'recovery',
  'forced-elimination',
  'turn',
  'victory',
  'ranking',
];

interface Numbers {
  readonly configuration: readonly [BoardName, PlayerCount];
  readonly section: string;
  readonly expect: Record<string, unknown>;
}

function read<T>(table: string): T[] {
  return JSON.parse(readFileSync(new URL(`./${table}.json`, import.meta.url), 'utf8'));
}

describe.each(FAMILIES)('%s', (family) => {
  test.each(read<Fixture>(family))('$rule ($section)', (fixture) => {
    expect(observe(fixture)).toEqual(fixture.expect);
  });
});

describe('boards', () => {
  test.each(read<Numbers>('boards'))(
    '$configuration ($section)',
    ({ configuration: [board, players], expect: numbers }) => {
      expect(numbersOf(board, players)).toEqual(numbers);
    },
  );
});
