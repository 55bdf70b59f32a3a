/** Layout rr1: what is in the file is what the games say. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { gameConfig } from '../../src/engine/config-key.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { isBookkeeping, kindOf, MoveList } from '../../src/engine/moves.ts';
import type { Game } from '../../src/games/game/game.ts';
import { replay } from '../../src/games/game/replay.ts';
import type { Step } from '../../src/games/game/walk.ts';
import { COUNTERS, cellBytes } from '../../src/net/encode/rr1/features.ts';
import { MOVE_COLUMNS, writeMoves } from '../../src/net/encode/rr1/moves.ts';
import { channelsFirst, expandFeatures, RR1_PLANES, writePlanes } from '../../src/net/encode/rr1/planes.ts';
import type { SampleOptions } from '../../src/samples/layout.ts';
import { Rr1Writer } from '../../src/samples/rr1.ts';
import { loadTrainingData } from '../../src/train/data/load.ts';
import { weighRows } from '../../src/train/data/weights.ts';
import { numpyLoad, PYTHON } from '../io/npz/numpy.ts';
import { arraysOf, type MadeGame, makeGame, numbers } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'rr-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const STANDARD: SampleOptions = { sampleEvery: 1, includeBookkeeping: false, compressionLevel: 1 };

let files = 0;
async function write(games: readonly Game[], options: Partial<SampleOptions> = {}): Promise<string> {
  const path = join(folder, `${files++}.npz`);
  const { board, players } = games[0].initial.rules;
  const writer = new Rr1Writer(
    { config: gameConfig(board, players), target: { path }, spillFolder: folder },
    { ...STANDARD, ...options },
  );
  for (const game of games) writer.add(game);
  await writer.finish();
  return path;
}

const CASES: readonly (readonly [BoardName, PlayerCount, number])[] = [
  ['hex8', 2, 3],
  ['square8', 3, 2],
  ['hex8', 4, 2],
  ['square19', 2, 1],
  ['hexagonal', 2, 1],
];

describe.each(CASES)('rr1 file of %s, %i players', (board, players, count) => {
  const games = Array.from({ length: count }, (_, i) => makeGame(board, players, i + 1, true));

  it('holds every decision with features, moves, policy and targets', async () => {
    const arrays = await arraysOf(await write(games));
    const features = arrays.get('features');
    const counters = arrays.get('counters');
    if (features?.kind !== 'numeric' || counters?.kind !== 'numeric') throw new Error('no features');
    const indptr = numbers(arrays, 'policy_indptr');
    const kinds = numbers(arrays, 'policy_kind');
    const cells = numbers(arrays, 'policy_cells');
    const probs = numbers(arrays, 'policy_prob');
    const value = numbers(arrays, 'value');
    const rank = numbers(arrays, 'rank');
    const rootValue = numbers(arrays, 'root_value');
    const searched = numbers(arrays, 'searched');
    const played = numbers(arrays, 'played');
    const left = numbers(arrays, 'plies_left');
    const bytes = cellBytes(board, players);
    const legal = new MoveList();
    let row = 0;
    games.forEach((game, index) => {
      const visit = ({ state: s, ply, move }: Step) => {
        if (isBookkeeping(kindOf(move))) return;
        legalMoves(s, legal);
        expect(indptr[row + 1] - indptr[row]).toBe(legal.length);
        if (row % 9 === 0) {
          const size = RR1_PLANES * s.rules.topology.spec.size ** 2;
          const [ours, stored] = [new Float32Array(size), new Float32Array(size)];
          writePlanes(s, ours, channelsFirst(board));
          expandFeatures(
            board,
            players,
            features.data as Uint8Array,
            row * bytes,
            counters.data as Int16Array,
            row * COUNTERS,
            stored,
            channelsFirst(board),
          );
          expect(Buffer.compare(Buffer.from(ours.buffer), Buffer.from(stored.buffer))).toBe(0);
          const rows = new Int32Array(legal.length * MOVE_COLUMNS);
          writeMoves(s, legal, 0, rows, new Float32Array(legal.length), 0);
          for (let i = 0; i < legal.length; i++) {
            const at = indptr[row] + i;
            expect([kinds[at], ...cells.slice(3 * at, 3 * at + 3)]).toEqual([...rows.subarray(5 * i + 1, 5 * i + 5)]);
          }
        }
        const target = probs.slice(indptr[row], indptr[row + 1]);
        expect(target.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        const search = game.searches.find((known) => known.ply === ply);
        expect(searched[row]).toBe(search ? 3 : 0);
        expect(legal.moves[played[row]]).toBe(move);
        if (!search) expect(target[played[row]]).toBe(1);
        else if (search.policy && 'indices' in search.policy) {
          expect(target[search.policy.indices[0]]).toBeCloseTo(search.policy.probs[0] / 65535, 6);
        }
        for (let k = 0; k < players; k++) {
          const seat = ((s.player - 1 + k) % players) + 1;
          expect(value[row * players + k]).toBe(game.winner === seat ? 1 : 0);
          expect(rootValue[row * players + k]).toBeCloseTo(search?.values ? search.values[seat - 1] / 32767 : 0, 6);
          if (game.winner === seat) expect(rank[row * players + k]).toBe(1);
        }
        expect(left[row]).toBe(game.moves.length - ply);
        expect(numbersAt(arrays, 'game', row)).toBe(index);
        row++;
      };
      replay(game, { move: visit });
    });
    expect(features.shape[0]).toBe(row);
    expect(arrays.get('game_id')).toMatchObject({ values: games.map(({ id }) => id) });
  });

  it('is the same file from the same games', async () => {
    const [a, b] = [await arraysOf(await write(games)), await arraysOf(await write(games))];
    expect(b.get('data_checksums')).toEqual(a.get('data_checksums'));
  });
});

function numbersAt(arrays: Awaited<ReturnType<typeof arraysOf>>, name: string, row: number): number {
  const array = arrays.get(name);
  return array?.kind === 'numeric' ? Number(array.data[row]) : Number.NaN;
}

describe('rr1 options', () => {
  const games: MadeGame[] = Array.from({ length: 6 }, (_, i) => makeGame('hex8', 2, i + 20, true));

  it('shuffles whole rows, the same way for the same seed', async () => {
    const plain = await arraysOf(await write(games));
    const shuffled = await arraysOf(await write(games, { shuffleSeed: 3 }));
    const again = await arraysOf(await write(games, { shuffleSeed: 3 }));
    const other = await arraysOf(await write(games, { shuffleSeed: 4 }));
    expect(shuffled.get('data_checksums')).toEqual(again.get('data_checksums'));
    expect(shuffled.get('data_checksums')).not.toEqual(other.get('data_checksums'));
    expect(rowTexts(shuffled)).not.toEqual(rowTexts(plain));
    expect(rowTexts(shuffled).sort()).toEqual(rowTexts(plain).sort());
  });

  it('weighs rows by what self-play said: surprise within a game, low weights of tails', async () => {
    const [made] = games;
    const policies = made.searches.filter(({ policy }) => policy).slice(0, 3);
    const [a, b, c] = policies.map(({ ply }) => ply);
    const searches = [
      { ...policies[0], surprise: 0 },
      { ...policies[1], surprise: 500 },
      { ...policies[2], surprise: 1500 },
      { ply: made.moves.length - 1, weight: 100 },
    ];
    const path = await write([{ ...made, searches }, games[1]]);
    const arrays = await arraysOf(path);
    const left = numbers(arrays, 'plies_left');
    const weightAt = (ply: number, weights = numbers(arrays, 'weight')): number =>
      weights[left.indexOf(made.moves.length - ply)];
    // a half of three weights goes by 0, 500 and 1500
    expect([a, b, c].map((ply) => weightAt(ply))).toEqual([0.5, 0.5 + 0.375, 0.5 + 1.125]);
    expect(weightAt(made.moves.length - 1)).toBeCloseTo(0.1, 6);
    const others = numbers(arrays, 'weight').filter((weight) => weight === 1);
    expect(others).toHaveLength(left.length - 4);
    const even = await arraysOf(await write([{ ...made, searches }], { surpriseShare: 0 }));
    expect([a, b, c].map((ply) => weightAt(ply, numbers(even, 'weight')))).toEqual([1, 1, 1]);
    // and the trainer takes them
    const { rows, games: known } = await loadTrainingData([path], gameConfig('hex8', 2), {
      start: 0,
      exponent: 0.65,
      slope: 0.4,
    });
    const settings = { qualityBlend: 0, halfLifeDays: 0, phases: {}, policyRows: 'auto' } as const;
    weighRows(rows, known, settings);
    const row = left.indexOf(made.moves.length - c);
    expect(rows.weight[row] / rows.weight[left.indexOf(made.moves.length - a)]).toBeCloseTo(1.625 / 0.5, 5);
    expect([rows.learnsPolicy[row], rows.learnsPolicy[left.indexOf(1)]]).toEqual([1, 0]);
  });

  it('keeps every Kth decision, and bookkeeping when asked', async () => {
    const all = numbers(await arraysOf(await write(games.slice(0, 1))), 'plies_left');
    const third = numbers(await arraysOf(await write(games.slice(0, 1), { sampleEvery: 3 })), 'plies_left');
    expect(third).toEqual(all.filter((_, i) => i % 3 === 0));
    const every = numbers(await arraysOf(await write(games.slice(0, 1), { includeBookkeeping: true })), 'plies_left');
    expect(every.length).toBe(games[0].moves.length);
  });

  it('drops everything on abort and leaves no temporary file', async () => {
    const writer = new Rr1Writer(
      { config: gameConfig('hex8', 2), target: { path: join(folder, 'aborted.npz') }, spillFolder: folder },
      { ...STANDARD, shuffleSeed: 1 },
    );
    writer.add(games[0]);
    writer.abort();
    expect(readdirSync(folder).filter((name) => name.includes('aborted') || name.startsWith('.'))).toEqual([]);
  });

  it.skipIf(PYTHON === undefined)('opens in NumPy without pickles', async () => {
    const arrays = numpyLoad(await write(games), false);
    expect(arrays.features).toMatchObject({ dtype: 'uint8' });
    expect(arrays.policy_prob.sum).toBeCloseTo(arrays.features.shape[0], 1);
  });

  it('refuses a game whose moves do not fit, and adds nothing of it', async () => {
    const writer = new Rr1Writer(
      { config: gameConfig('hex8', 2), target: { path: join(folder, 'refused.npz') }, spillFolder: folder },
      STANDARD,
    );
    const moves = games[0].moves.slice();
    moves[0] = 24;
    expect(() => writer.add({ ...games[0], moves })).toThrow(/not among the legal moves/);
    expect(writer.samples).toBe(0);
    writer.abort();
  });
});

/** Each row as one text, without what depends on its place. */
function rowTexts(arrays: Awaited<ReturnType<typeof arraysOf>>): string[] {
  const indptr = numbers(arrays, 'policy_indptr');
  const per = ['features', 'counters', 'played', 'value', 'root_value', 'rank', 'ownership', 'plies_left', 'game'];
  const rows = indptr.length - 1;
  const columns = per.map((name) => numbers(arrays, name));
  const flat = ['policy_kind', 'policy_prob', 'policy_number'].map((name) => numbers(arrays, name));
  return Array.from({ length: rows }, (_, row) => {
    const parts = columns.map((column) =>
      column.slice((row * column.length) / rows, ((row + 1) * column.length) / rows),
    );
    return JSON.stringify([...parts, ...flat.map((column) => column.slice(indptr[row], indptr[row + 1]))]);
  });
}
