/** Games for export tests, made from random play, and the arrays of the files they become. */

import { advance, apply } from '../../src/engine/apply.ts';
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import { ranking } from '../../src/engine/ranking.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import type { Game, GameSearch } from '../../src/games/game/game.ts';
import { gameWithoutMoves } from '../../src/games/game/of-position.ts';
import type { GameItem } from '../../src/games/game/open.ts';
import type { NpyArray } from '../../src/io/npz/npy.ts';
import { openNpz } from '../../src/io/npz/reader.ts';

export interface MadeGame extends Game {
  readonly ranks: readonly number[];
}

/** A random game; with `searched`, every second decision carries a made-up policy and values. */
export function makeGame(board: BoardName, players: PlayerCount, seed: number, searched = false): MadeGame {
  const rules = createRules(board, players);
  const initial = new State(rules);
  const s = initial.clone();
  const legal = new MoveList();
  const random = new Random(seed);
  const moves: number[] = [];
  const searches: GameSearch[] = [];
  for (;;) {
    advance(s, legal, (move) => moves.push(move));
    if (legal.length === 0) break;
    if (searched && random.below(2) === 0) searches.push(madeSearch(random, legal.length, players, moves.length));
    const move = legal.moves[random.below(legal.length)];
    moves.push(move);
    apply(s, move);
  }
  return {
    ...gameWithoutMoves(initial, 'test'),
    id: `${board}-${seed}`,
    moves,
    searches,
    status: 'completed',
    winner: s.winner,
    reason: 'ring_elimination',
    ranks: ranking(s),
    source: 'random',
    engine: 'random',
    createdAt: `2026-11-${String(1 + (seed % 28)).padStart(2, '0')}T00:00:00Z`,
    quality: (seed % 10) / 10,
  };
}

function madeSearch(random: Random, legal: number, players: number, ply: number): GameSearch {
  const first = random.below(legal);
  const indices = Uint16Array.of(...new Set([Math.min(first, legal - 1), legal - 1])).sort();
  const probs = indices.length === 1 ? Uint16Array.of(65535) : Uint16Array.of(40000, 25535);
  return { ply, policy: { indices, probs }, values: Int16Array.from({ length: players }, (_, i) => 32767 - 20000 * i) };
}

export async function* stream(games: readonly Game[]): AsyncGenerator<GameItem> {
  for (const game of games) yield { game };
}

/** Every array of a file. */
export async function arraysOf(path: string): Promise<Map<string, NpyArray>> {
  const npz = await openNpz(path);
  await npz.verify();
  const arrays = new Map<string, NpyArray>();
  for (const { name } of npz.entries) arrays.set(name, await npz.load(name));
  npz.close();
  return arrays;
}

/** The numbers of an array. */
export function numbers(arrays: ReadonlyMap<string, NpyArray>, name: string): number[] {
  const array = arrays.get(name);
  if (array?.kind !== 'numeric') throw new Error(`no numbers in ${name}`);
  return Array.from(array.data as Iterable<number | bigint>, Number);
}
