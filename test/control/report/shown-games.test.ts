import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shownGames } from '../../../src/control/report/shown-games.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { rr } from '../../run.ts';

const folder = temporaryFolder();

test('a report shows the first game against each opponent, then the second ones', async () => {
  const out = join(folder, 'gauntlet.db');
  const players = ['--candidate', 'heuristic', '--against', 'random', '--against', 'heuristic-light'];
  const rest = ['--games', '4', '--seed', '5', '--no-record', '--data', folder, '--out', out];
  expect((await rr(['gauntlet', '--config', 'square8_2p', ...players, ...rest])).status).toBe(0);
  const shown = await shownGames(out, 5);
  expect(shown.map(({ title }) => title.split(' · ')[0])).toEqual([
    'heuristic – random',
    'heuristic – heuristic-light',
    'random – heuristic',
    'heuristic-light – heuristic',
    'heuristic – random',
  ]);
  for (const { title } of shown) expect(title).toMatch(/· won by (heuristic|random|heuristic-light) · \d+ moves$/);
  expect(await shownGames(out, 100)).toHaveLength(8);
});
