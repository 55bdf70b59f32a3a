/** Syncs as merges of whole data folders: whatever the order, and however often, the same games, files and rows. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GameStore } from '../../src/games/store/store.ts';
import { PARITY_STATES } from '../../src/games/store/types.ts';
import { dataPaths } from '../../src/io/paths.ts';
import { POINTERS } from '../../src/state/store/audit.ts';
import { KINDS } from '../../src/sync/peer/items.ts';
import { LocalSide } from '../../src/sync/peer/local.ts';
import { folderPeer } from '../../src/sync/peers.ts';
import { syncPeers } from '../../src/sync/run.ts';
import type { TransferRecord } from '../../src/sync/transfer-record.ts';
import { exampleGame } from '../games/store/example.ts';
import { temporaryFolder } from '../io/folder.ts';
import { addModel, addNpz, addResult, contents, leftovers } from './roots.ts';

const folder = temporaryFolder();
let count = 0;
const freshRoot = (): string => {
  const root = join(folder, String(count++));
  mkdirSync(root);
  return root;
};

/** Versions of a few games: some differ in what was learnt later, some (forged) in what was played. */
const anyGame = fc
  .record({
    n: fc.nat(4),
    forged: fc.boolean(),
    parity_status: fc.constantFrom(...PARITY_STATES),
    parity_checked_at: fc.constantFrom(null, '2026-01-01', '2026-01-02'),
    quality: fc.constantFrom(null, 0.5, 0.9),
  })
  .map(({ n, forged, ...learnt }) =>
    exampleGame(n, { ...learnt, ...(forged && { moves: exampleGame(n + 10).moves }) }),
  );

/** What one machine has. The same file name may hold different samples elsewhere. */
const anyContents = fc.record({
  games: fc.array(anyGame, { maxLength: 5 }),
  orphans: fc.array(fc.tuple(fc.constantFrom('game-1', 'elsewhere'), fc.constantFrom('a', 'b')), { maxLength: 2 }),
  npz: fc.array(fc.record({ name: fc.nat(2), version: fc.nat(3), seconds: fc.nat(2) }), { maxLength: 3 }),
  models: fc.array(fc.record({ n: fc.nat(3), pointer: fc.constantFrom(undefined, ...POINTERS) }), { maxLength: 3 }),
  results: fc.array(fc.nat(4), { maxLength: 3 }),
});
type Contents = typeof anyContents extends fc.Arbitrary<infer T> ? T : never;

async function make({ games, orphans, npz, models, results }: Contents): Promise<string> {
  const root = freshRoot();
  if (games.length + orphans.length > 0) {
    const store = GameStore.open(dataPaths(root, {}).games('hex8_2p'));
    for (const game of games) store.append(game);
    store.commit();
    store.addOrphans(
      orphans.map(([game_id, reason]) => ({
        ...{ game_id, detected_at: '2026-01-01', reason, status: null, board: 'hex8', players: 2 },
      })),
    );
    store.close();
  }
  // a content has one name, as on machines that made it themselves
  for (const { name, version, seconds } of npz) {
    addNpz(root, `hex8_2p.${name}.npz`, `samples ${name} ${version}`, 1_700_000_000 + seconds);
  }
  for (const { n, pointer } of models) await addModel(root, 'hex8_2p', `model ${n}`, pointer);
  for (const n of results) await addResult(root, n);
  return root;
}

async function pull(root: string, from: string): Promise<TransferRecord | undefined> {
  const local = await LocalSide.open(root);
  const options = { direction: 'pull', query: { kinds: KINDS }, sinceLast: false, dryRun: false } as const;
  const [record] = await syncPeers(local, [folderPeer(from, 0)], {
    ...options,
    live: false,
    maxParallel: 1,
    minFree: 0,
  });
  await local.close();
  expect(record).toMatchObject({ status: 'done', reason: undefined });
  return record;
}

/** A new data folder that fetched from each in turn. */
async function union(...roots: readonly string[]): Promise<string> {
  const target = freshRoot();
  for (const root of roots) await pull(target, root);
  return target;
}

/** All that a sync carries, learnt things and pointers included. */
async function everything(root: string): Promise<object> {
  const paths = dataPaths(root, {});
  const games: object[] = [];
  if (existsSync(paths.games('hex8_2p'))) {
    const store = GameStore.open(paths.games('hex8_2p'));
    games.push(...[...store.games()].sort((a, b) => (a.game_id < b.game_id ? -1 : 1)), store.orphans());
    store.close();
  }
  const pointers = POINTERS.map((name) => {
    const path = join(paths.modelsFolder, 'hex8_2p', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  });
  return { ...(await contents(root)), games, pointers, leftovers: leftovers(root) };
}

test('pulling is idempotent, commutative and associative, games included', async () => {
  await fc.assert(
    fc.asyncProperty(anyContents, anyContents, anyContents, async (first, second, third) => {
      const [a, b, c] = await Promise.all([make(first), make(second), make(third)]);
      const all = await everything(await union(a, b, c));
      expect(await everything(await union(c, a, b))).toEqual(all);
      expect(await everything(await union(a, await union(c, b)))).toEqual(all);
      const again = await union(b, a, c, a, b);
      expect(await everything(again)).toEqual(all);
      expect(await pull(again, c)).toMatchObject({ files: 0, games: 0, rows: 0 });
      expect(await everything(await union(a))).toEqual(await everything(a));
    }),
    { numRuns: 6 },
  );
});
