/**
 * A rule of the game as data: a small position, the moves played from it, and facts about what results.
 *
 * Positions use the notation of ../position.ts, with cells named by key throughout. In `M` and `C` a key `*` stands for
 * every cell not named otherwise, `2,*` for those with x = 2; several owners take the cells in turn.
 */
import { advance, apply } from '../../../src/engine/apply.ts';
import { BOARD_SPECS, type BoardName, type PlayerCount } from '../../../src/engine/boards.ts';
import { fingerprint, legalTexts, ringText } from '../../../src/engine/fingerprint.ts';
import { legalMoves } from '../../../src/engine/legal.ts';
import { fieldC, Kind, kindOf, MOVE_TYPES, MoveList, packMove } from '../../../src/engine/moves.ts';
import { OUTCOMES } from '../../../src/engine/phases.ts';
import { ranking } from '../../../src/engine/ranking.ts';
import { createRules } from '../../../src/engine/rules.ts';
import type { State } from '../../../src/engine/state.ts';
import { moveText } from '../../../src/engine/text.ts';
import { topologyOf } from '../../../src/engine/topology.ts';
import { position, type Sketch } from '../position.ts';

type Owners = Readonly<Record<string, number | readonly number[]>>;

interface Position extends Omit<Sketch, 'M' | 'C' | 'mustMove' | 'attacker'> {
  readonly M?: Owners;
  readonly C?: Owners;
  readonly mustMove?: string;
  readonly attacker?: string;
  readonly territory?: readonly number[];
  /** Ply after which a player had no ring left, 0 while there is one. */
  readonly goneAt?: readonly number[];
  /** Rounds of last player standing: who opened the round, who was on turn (bits 4–7) and acted (bits 0–3) in it. */
  readonly rounds?: { readonly first: number; readonly mask: number; readonly count: number; readonly holder: number };
}

/** What a fixture may state about the position after its moves; each is left out where it does not matter. */
export interface Facts {
  /** The legal set, sorted. */
  readonly legal?: readonly string[];
  /** The legal set in the order of generation. */
  readonly ordered?: readonly string[];
  /** The legal moves that begin with a text, without that text, sorted. */
  readonly moves?: Readonly<Record<string, readonly string[]>>;
  /** The number of legal moves of each type. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly state?: string;
  readonly rings?: string;
  readonly end?: { readonly winner: number; readonly outcome: string } | null;
  readonly ranks?: readonly number[];
}

export interface Fixture {
  readonly rule: string;
  /** Section of docs/rules.md, and the differences (D) and upstream's rule numbers (R) listed there. */
  readonly section: string;
  readonly position: Position;
  /** Texts of the moves to play, or their unique beginnings; `@cell` names the stack that pays for a recovery. */
  readonly play?: readonly string[];
  /** After each move, those that only record that nothing can be done are played unnamed. */
  readonly forced?: boolean;
  readonly expect: Facts;
}

/** Plays the fixture and returns the facts it speaks of. */
export function observe({ position: sketch, play = [], forced = false, expect: wanted }: Fixture): Facts {
  const s = positionOf(sketch);
  for (const text of play) {
    apply(s, moveOf(s, text));
    if (forced) advance(s, list);
  }
  const found: { -readonly [K in keyof Facts]: Facts[K] } = {};
  legalMoves(s, list);
  const texts = legalTexts(s, list);
  if (wanted.legal) found.legal = texts;
  if (wanted.ordered) found.ordered = Array.from(list.moves.subarray(0, list.length), (move) => moveText(s, move));
  if (wanted.moves) {
    const starting = (start: string) =>
      texts.filter((text) => text.startsWith(start)).map((t) => t.slice(start.length));
    found.moves = Object.fromEntries(Object.keys(wanted.moves).map((start) => [start, starting(start)]));
  }
  if (wanted.counts) found.counts = countTypes(texts);
  if (wanted.state !== undefined) found.state = fingerprint(s);
  if (wanted.rings !== undefined) found.rings = ringText(s);
  if (wanted.end !== undefined) found.end = s.isOver ? { winner: s.winner, outcome: OUTCOMES[s.outcome] } : null;
  if (wanted.ranks) found.ranks = ranking(s);
  return found;
}

const list = new MoveList();

function countTypes(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) {
    const type = text.split(':')[0];
    counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

function moveOf(s: State, text: string): number {
  if (text === 'resign' || text === 'timeout') return packMove(Kind[text]);
  legalMoves(s, list);
  const [start, payer] = text.split('@');
  const legal = Array.from(list.moves.subarray(0, list.length)).filter(
    (move) => payer === undefined || s.rules.topology.keys[fieldC(move)] === payer,
  );
  const exact = legal.filter((move) => moveText(s, move) === start);
  const fitting = exact.length > 0 ? exact : legal.filter((move) => moveText(s, move).startsWith(start));
  if (fitting.length !== 1) {
    const types = new Set(legal.map((move) => MOVE_TYPES[kindOf(move)]));
    throw new Error(`${fitting.length} legal moves are ${text}; there are ${[...types].join(', ')}`);
  }
  return fitting[0];
}

function positionOf(sketch: Position): State {
  const { M = {}, C = {}, mustMove, attacker, territory, goneAt, rounds, ...rest } = sketch;
  const board: BoardName = rest.board ?? 'square8';
  const players: PlayerCount = rest.players ?? 2;
  const { keys, cellOfKey } = topologyOf(board);
  const cell = (key: string | undefined): number => (key === undefined ? -1 : (cellOfKey.get(key) ?? -1));
  const sets: readonly Owners[] = [M, C, rest.S ?? {}];
  const named = new Set(sets.flatMap(Object.keys));
  const cellsOf = (pattern: string): string[] =>
    pattern.endsWith('*') ? keys.filter((key) => key.startsWith(pattern.slice(0, -1)) && !named.has(key)) : [pattern];
  const spread = (of: Owners): Record<string, number> =>
    Object.fromEntries(
      Object.entries(of).flatMap(([pattern, owners]) => {
        const turns = [owners].flat();
        return cellsOf(pattern).map((key, i) => [key, turns[i % turns.length]] as const);
      }),
    );
  const s = position({
    ...rest,
    board,
    players,
    M: spread(M),
    C: spread(C),
    mustMove: cell(mustMove),
    attacker: cell(attacker),
  });
  for (let p = 1; p <= players; p++) {
    s.territory[p] = territory?.[p - 1] ?? s.collapsed[p];
    s.goneAt[p] = goneAt?.[p - 1] ?? 0;
  }
  if (rounds) {
    s.lpsFirst = rounds.first;
    s.lpsMask = rounds.mask;
    s.lpsCount = rounds.count;
    s.lpsHolder = rounds.holder;
  }
  return s;
}

/** The numbers that the rules give in tables: of a board, and of a board and a number of players. */
export function numbersOf(board: BoardName, players: PlayerCount): Record<string, unknown> {
  const { shape, size, radius, cells, ringsPerPlayer, baseLineLength } = BOARD_SPECS[board];
  const { directions, adjacency, axes, keys } = topologyOf(board);
  const { supply, victoryThreshold, territoryMinimum, lineLength, shortestRun, lpsRounds } = createRules(
    board,
    players,
  );
  return {
    board: { shape, size, radius, cells, ringsPerPlayer, baseLineLength, directions, adjacency, axes: axes.length },
    corners: [keys[0], keys[keys.length - 1]],
    game: { supply, victoryThreshold, territoryMinimum, lineLength, shortestRun, lpsRounds },
  };
}
