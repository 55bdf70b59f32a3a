/** What is shown of a game besides the board, in every form: names, goals, the words for a position. */
import { printable } from '../../core/printable.ts';
import type { BoardName } from '../../engine/boards.ts';
import type { OutcomeName } from '../../engine/phases.ts';
import type { Rules } from '../../engine/rules.ts';
import { type BoardLayout, boardLayout } from './layout.ts';
import type { MoveMarks } from './marks.ts';
import type { Snapshot } from './snapshot.ts';

/** What stays the same through a game. Plain data. */
export interface GameInfo {
  readonly board: BoardName;
  readonly layout: BoardLayout;
  /** Titles of the seats, seat 1 first: `1 gumbel 4f2a`, or `player 1` when nobody is named. */
  readonly names: readonly string[];
  /** Rings eliminated that win. */
  readonly ringGoal: number;
  /** Collapsed cells that win, if no others together have as many. */
  readonly landGoal: number;
}

/** One position as it is to be drawn. */
export interface Picture {
  readonly snapshot: Snapshot;
  readonly marks: MoveMarks & { readonly legal?: readonly number[] };
  /** The last move in notation, with who made it; empty at the start. */
  readonly caption: string;
}

export function gameInfo(rules: Rules, names?: readonly string[]): GameInfo {
  return {
    board: rules.board,
    layout: boardLayout(rules.board),
    names: Array.from({ length: rules.players }, (_, i) => seatTitle(i + 1, names?.[i])),
    ringGoal: rules.victoryThreshold,
    landGoal: rules.territoryMinimum,
  };
}

/** `2 heuristic`: two seats may well hold the same player. */
const seatTitle = (seat: number, name: string | undefined): string =>
  name === undefined ? `player ${seat}` : `${seat} ${printable(name)}`;

/** How a game ended, as words after "wins": `player 2 wins by territory`. */
const OUTCOME_WORDS: Readonly<Record<OutcomeName, string>> = {
  none: '',
  ring_threshold: 'by eliminated rings',
  territory_threshold: 'by territory',
  lps_sole_material: 'as the last with rings',
  lps_three_rounds: 'as the last who could act',
  stalemate_territory: 'by territory, nobody able to place',
  stalemate_rings: 'by rings, nobody able to place',
  stalemate_markers: 'by markers, nobody able to place',
  stalemate_last_actor: 'by the last move, nobody able to place',
  resignation: 'by resignation',
  timeout: 'on time',
};

const PHASE_WORDS: Readonly<Record<Snapshot['phase'], string>> = {
  ring_placement: 'to place',
  movement: 'to move',
  capture: 'may capture',
  chain_capture: 'must go on capturing',
  line_processing: 'to process a line',
  territory_processing: 'to process a region',
  forced_elimination: 'must give up a cap',
  game_over: '',
};

/** `player 2 to move` or `player 1 wins by territory`. */
export function statusWords({ player, phase, winner, outcome }: Snapshot): string {
  if (phase !== 'game_over') return `player ${player} ${PHASE_WORDS[phase]}`;
  if (winner === 0) return `game over ${OUTCOME_WORDS[outcome]}`.trim();
  return `player ${winner} wins ${OUTCOME_WORDS[outcome]}`;
}
