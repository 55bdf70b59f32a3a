/** Databases of ours written in upstream's form and read back: what every field holds there, and that nothing changes. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { at } from '../../../src/core/at.ts';
import { apply } from '../../../src/engine/apply.ts';
import { BOARD_SPECS } from '../../../src/engine/boards.ts';
import { Kind, kindOf, packMove } from '../../../src/engine/moves.ts';
import { ranking } from '../../../src/engine/ranking.ts';
import type { Rules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { convertToRingrift, convertToRr } from '../../../src/games/convert/files.ts';
import { gameOfTrace } from '../../../src/games/game/of-trace.ts';
import { openGames } from '../../../src/games/game/open.ts';
import { replay } from '../../../src/games/game/replay.ts';
import { storedGame } from '../../../src/games/record/game-store.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import type { StoredGame } from '../../../src/games/store/types.ts';
import { checkGame } from '../../../src/parity/check.ts';
import { GameTask } from '../../../src/search/play/game-task.ts';
import { createPlayer } from '../../../src/search/players/registry.ts';
import { plainResources } from '../../../src/search/players/resources.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { type Kinds, listedFields, observe } from './kinds.ts';

export interface MatrixReport {
  readonly games: number;
  readonly moves: number;
  /** How many games ended how. */
  readonly ends: Readonly<Record<string, number>>;
  /** What is wrong, in words; empty when all is well. */
  readonly problems: readonly string[];
}

/** Converts a database of ours to upstream's kind and back, next to itself, and looks at every value on the way. */
export async function checkConversion(ours: string, kinds: Kinds): Promise<MatrixReport> {
  const theirs = `${ours}.ringrift.db`;
  const back = `${ours}.back.db`;
  const problems: string[] = [];
  try {
    const counts = await convertToRingrift(
      [ours],
      theirs,
      {},
      { onRefused: (id, _, why) => problems.push(`${id}: ${why}`) },
    );
    observe(theirs, kinds);
    problems.push(...meaningProblems(theirs), ...(await parityProblems(theirs)));
    await convertToRr([theirs], back, '2026-01-01T00:00:00.000Z');
    const [before, after] = [rowsOf(ours), rowsOf(back)];
    if (before.size !== after.size) problems.push(`${before.size} games became ${after.size}`);
    for (const [id, row] of before) if (after.get(id) !== row) problems.push(`${id}: another row came back`);
    return { games: counts.written, ...endsOf(ours), problems };
  } finally {
    for (const path of [theirs, back]) rmSync(path, { force: true });
  }
}

/** Fields whose kinds are not the listed ones. */
export function kindProblems(kinds: Kinds, who: 'upstream' | 'rr'): string[] {
  const listed = listedFields();
  return [...kinds].flatMap(([field, found]) => {
    const allowed = listed.get(field)?.[who];
    if (!allowed) return [`${field} is not listed`];
    const others = [...found].filter((kind) => !allowed.has(kind));
    return others.length > 0 ? [`${field} holds ${others.join(', ')}, listed are ${[...allowed].join(', ')}`] : [];
  });
}

interface StoredMove {
  readonly player: number;
  readonly disconnectedRegions: readonly { readonly controllingPlayer: number }[];
}

/** Values whose kind says nothing: how much is needed to win, and who is meant. Read without any code of the conversion. */
function meaningProblems(theirs: string): string[] {
  const db = new Database(theirs, { readonly: true });
  const problems: string[] = [];
  try {
    for (const row of db
      .prepare('SELECT g.*, s.initial_state_json AS start FROM games g JOIN game_initial_state s USING (game_id)')
      .all()) {
      const { game_id, board_type, num_players, start } = row as { [key: string]: string | number };
      const { territoryVictoryThreshold: threshold } = JSON.parse(String(start));
      const cells = BOARD_SPECS[board_type as keyof typeof BOARD_SPECS].cells;
      const minimum = Math.floor(cells / Number(num_players)) + 1;
      if (threshold !== minimum) problems.push(`${game_id}: territory threshold ${threshold}, not ${minimum}`);
    }
    const regions = db
      .prepare("SELECT move_json FROM game_moves WHERE move_type = 'choose_territory_option'")
      .pluck()
      .all();
    for (const text of regions) {
      const { player, disconnectedRegions } = JSON.parse(String(text)) as StoredMove;
      const others = disconnectedRegions.filter(({ controllingPlayer }) => controllingPlayer !== player);
      if (others.length > 0) problems.push(`a region of player ${player} is another's: ${text}`);
    }
  } finally {
    db.close();
  }
  return problems;
}

async function parityProblems(path: string): Promise<string[]> {
  const problems: string[] = [];
  for await (const item of openGames(path)) {
    if (!('game' in item)) problems.push(JSON.stringify(item));
    else {
      const { divergence } = checkGame(item.game);
      if (divergence) problems.push(`${item.game.id}: ${divergence.kind} at move ${divergence.move}`);
    }
  }
  return problems;
}

function rowsOf(path: string): Map<string, string> {
  const store = GameStore.open(path);
  const text = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  const rows = [...store.games()].map((game): [string, string] => [game.game_id, JSON.stringify(game, text)]);
  store.close();
  return new Map(rows);
}

function endsOf(path: string): Pick<MatrixReport, 'moves' | 'ends'> {
  const store = GameStore.open(path);
  const ends: Record<string, number> = {};
  let moves = 0;
  for (const { options, plies } of store.games()) {
    const { outcome } = JSON.parse(options) as { outcome: string };
    ends[outcome] = (ends[outcome] ?? 0) + 1;
    moves += plies;
  }
  store.close();
  return { moves, ends };
}

/** A database of games between copies of one player, without a network. */
export async function playedDatabase(
  path: string,
  rules: Rules,
  player: string,
  { games, seed, openingMoves, maxMoves }: { games: number; seed: number; openingMoves: number; maxMoves: number },
): Promise<string> {
  const store = GameStore.open(path);
  const resources = plainResources(rules);
  const players = Array.from({ length: rules.players }, () => createPlayer(player, resources));
  const context = { rules, run: `matrix ${player} ${seed}`, seed, engine: player };
  let index = 0;
  const next = (): GameTask | null =>
    index < games
      ? new GameTask(rules, { seed, index: index++, players, openingMoves, maxMoves, hashes: false })
      : null;
  const finished = (game: GameTask): void => store.append(storedGame(context, game.result(), CREATED));
  await runGames(next, finished, { inFlight: games });
  store.commit();
  store.close();
  return path;
}

const CREATED = '2026-01-02T03:04:05.678Z';

/**
 * A database of games that play seldom ends in: the reference games, which hold the rare ends, and each of them broken off by
 * a resignation, by a lost clock and by the limit of moves.
 */
export function rareEnds(traces: string, folder: string, name: string): string {
  const path = join(folder, `${name}.db`);
  const store = GameStore.open(path);
  const lines = gunzipSync(readFileSync(traces)).toString('utf8').trim().split('\n');
  lines.forEach((line, index) => {
    const game = gameOfTrace(JSON.parse(line), traces);
    if (game.initial.rules.options.ringsPerPlayer !== undefined && index % 2 === 1) return;
    const moves: number[] = [];
    replay(game, { move: ({ move, variant }) => moves.push(variant === null ? move : -1) });
    if (moves.includes(-1)) return;
    const { rules } = game.initial;
    store.append(storedOf(rules, moves, 4 * index));
    const begin = moves.slice(0, 20);
    store.append(storedOf(rules, [...begin, packMove(Kind.resign)], 4 * index + 1));
    store.append(storedOf(rules, [...begin, packMove(Kind.timeout)], 4 * index + 2));
    store.append(storedOf(rules, begin, 4 * index + 3));
  });
  store.commit();
  store.close();
  return path;
}

/** The row that self-play would have written for these moves. */
function storedOf(rules: Rules, list: readonly number[], index: number): StoredGame {
  const s = new State(rules);
  for (const move of list) apply(s, move);
  const seats = Array.from({ length: rules.players }, (_, i) => i + 1);
  const context = { rules, run: 'rare', seed: 1, engine: 'random' };
  const game = {
    index,
    players: seats.map(() => 'random'),
    swapped: list.some((move) => kindOf(move) === Kind.swap),
    moves: Int32Array.from(list),
    hashes: null,
    searches: [],
    decisions: 0,
    openingMoves: 0,
    winner: s.winner,
    outcome: s.outcome,
    detector: s.detector,
    ranks: ranking(s),
    eliminated: seats.map((seat) => at(s.eliminated, seat)),
    territory: seats.map((seat) => at(s.territory, seat)),
  };
  return storedGame(context, game, CREATED);
}
