/** The gate notices a storage form that loses or changes what a search found. */
import { afterEach, expect, test, vi } from 'vitest';
import { gameConfig } from '../../src/engine/config-key.ts';
import type { GameRecord } from '../../src/games/record/game.ts';
import { gateGames } from '../../src/parity/gate.ts';

const loss = vi.hoisted(() => ({ of: (record: GameRecord): GameRecord => record }));
vi.mock('../../src/games/convert/record.ts', async (original) => {
  const real = await original<typeof import('../../src/games/convert/record.ts')>();
  const recordFromStored: typeof real.recordFromStored = (...call) => loss.of(real.recordFromStored(...call));
  return { ...real, recordFromStored };
});
afterEach(() => {
  loss.of = (record) => record;
});

/** Forms in which the third game of a seed, the one with search data, came back changed. */
async function changed(): Promise<string[]> {
  const found: string[] = [];
  let searched = 0;
  for await (const item of gateGames(gameConfig('hex8', 2), 3, 5)) {
    if ('problem' in item) found.push(item.where.replace(/ [^ ]+$/, ''));
    else if ('game' in item && item.game.searches.length > 0) searched++;
  }
  expect(searched).toBeGreaterThan(0);
  return found;
}

test('nothing is lost', async () => {
  expect(await changed()).toEqual([]);
});

test('a form that loses the searches, or changes one value, is named', async () => {
  loss.of = ({ search: _, ...record }) => record as GameRecord;
  expect(await changed()).toEqual(['database record']);
  loss.of = (record) => ({
    ...record,
    ...(record.search && {
      search: record.search.map((one, i) =>
        i === 0 && one.values ? { ...one, values: one.values.map((value) => value + 1) } : one,
      ),
    }),
  });
  expect(await changed()).toEqual(['database record']);
});
