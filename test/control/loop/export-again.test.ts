/** Files of a window that cannot be read are exported again, to the same games, and not for ever. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resolveSettings } from '../../../src/config/settings.ts';
import { exactArguments, exportAgain } from '../../../src/control/loop/export-again.ts';
import { Loop, type LoopOptions } from '../../../src/control/loop/loop.ts';
import { parseConfigKey } from '../../../src/engine/config-key.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { exampleGame } from '../../games/store/example.ts';
import { writeExampleNpz } from '../../train/data/example.ts';

const base = mkdtempSync(join(tmpdir(), 'rr-again-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const now = '2026-11-29T00:00:00.000Z';
const config = parseConfigKey('hex8_2p');

test('an export is repeated with the games that it had', () => {
  const command = ['rr', 'export', '--db', 'games.db', '--arrived', '11..', '--out', 'x.npz'];
  expect(exactArguments(command, 10, 25).join(' ')).toBe('export --db games.db --out x.npz --arrived 11..25');
  expect(exactArguments(['rr', 'export'], 0, 3)).toEqual(['export', '--arrived', '1..3']);
});

test('unreadable files are made again three times at most, readable ones never', async () => {
  const paths = dataPaths(base);
  const store = GameStore.open(paths.games(config.key));
  store.append(exampleGame(1));
  store.commit();
  const read = { store: store.identity, until: store.lastArrival };
  store.close();
  const runs: string[] = [];
  const options: LoopOptions = {
    ...{ config, paths, resolved: resolveSettings('loop'), seed: 1, skip: new Set(), hosts: undefined },
    executor: {
      run: async (_stage, { args }) => {
        runs.push(args.join(' '));
        return 0;
      },
    },
  };
  const folder = await new Loop(options).begin(() => {});
  const done = { stage: 'export' as const, skipped: false, started: now, ended: now, command: ['rr', 'export'], read };
  await folder.finish(done);
  const { training } = folder.places(paths, config, 1);
  mkdirSync(dirname(training), { recursive: true });
  const hooks = { signal: new AbortController().signal, onLine: () => {} };

  await writeExampleNpz(training, { board: 'hex8', players: 2, games: 1, seed: 1, sampleEvery: 20 });
  expect(await exportAgain(options, folder, hooks)).toBe(false);
  writeFileSync(training, 'torn');
  for (const expected of [true, true, true, false]) expect(await exportAgain(options, folder, hooks)).toBe(expected);
  expect(runs).toEqual(new Array(3).fill('export --arrived 1..1'));
});
