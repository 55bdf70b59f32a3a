/** A game as the network sees it: what each decision was worth, and what it cost. */

import type { State } from '../../engine/state.ts';
import type { Game, GameSearch } from '../../games/game/game.ts';
import { drawValue } from '../../search/evaluators/evaluator.ts';
import { type Finding, findingOf } from '../../search/gumbel/finding.ts';
import type { GumbelSearch } from '../../search/gumbel/gumbel-search.ts';
import { quantisePolicy, quantiseValues } from '../../search/players/report.ts';
import { rootValue } from '../../search/tree/root.ts';
import type { Analyst } from './analyst.ts';
import { positionsOf } from './positions.ts';

export interface ReviewedDecision extends Finding {
  readonly ply: number;
  /** Seat that decided. */
  readonly player: number;
  readonly played: string | null;
  readonly best: string;
  /** The best move was played. */
  readonly agrees: boolean;
  /** What its seat expected less after the move than before it, at least 0. */
  readonly loss: number;
}

export interface SeatReview {
  readonly seat: number;
  readonly decisions: number;
  /** Share of decisions that are the network's best move. */
  readonly agreement: number;
  readonly meanLoss: number;
  readonly blunders: number;
}

export interface Review {
  readonly decisions: readonly ReviewedDecision[];
  readonly seats: readonly SeatReview[];
  /** The game with these searches in place of those it came with, for the replayer. */
  readonly game: Game;
}

/** A loss from here on is a blunder: a fifth of the way from a win to a loss is 0.4. */
export const BLUNDER = 0.2;

const MOVES_TOLD = 5;

interface Known {
  readonly finding: Finding;
  readonly search: GameSearch;
}

export interface ReviewOptions {
  /** Simulations per position. */
  readonly budget: number;
  /** Called once, with the number of positions that are searched. */
  readonly onBegin: (positions: number) => void;
  /** Called after each of them. */
  readonly onPosition: () => void;
}

/** Finishes the analyst. @throws RrError RECORD_INVALID */
export async function reviewGame(game: Game, analyst: Analyst, options: ReviewOptions): Promise<Review> {
  const { positions, end } = positionsOf(game);
  const { budget, onBegin, onPosition } = options;
  onBegin(positions.filter(({ legal }) => legal.length > 1).length);
  const known = new Map<number, Known>();
  for (const { ply, state, legal } of positions) {
    const onEnd = (search: GumbelSearch | null): void => {
      if (search) known.set(ply, { finding: findingOf(search, MOVES_TOLD), search: searchOf(search, ply) });
      onPosition();
    };
    if (legal.length > 1) analyst.submit({ state, legal, simulations: budget, priority: 0, onEnd });
  }
  await analyst.finish();
  const rows: ReviewedDecision[] = [];
  let after: readonly number[] = endValues(end);
  for (const { ply, state, played } of positions.toReversed()) {
    const found = known.get(ply);
    if (!found) continue;
    const { finding } = found;
    const [best] = finding.moves;
    const seat = state.player - 1;
    const agrees = played !== null && played.index === best?.index;
    const loss = agrees || !played ? 0 : Math.max(0, (finding.values[seat] ?? 0) - (after[seat] ?? 0));
    rows.push({
      ply,
      player: state.player,
      played: played?.text ?? null,
      best: best?.text ?? '',
      agrees,
      loss,
      ...finding,
    });
    after = finding.values;
  }
  const decisions = rows.reverse();
  const searches = [...known.values()].map(({ search }) => search).sort((a, b) => a.ply - b.ply);
  return { decisions, seats: seatReviews(decisions, game.initial.rules.players), game: { ...game, searches } };
}

const searchOf = (search: GumbelSearch, ply: number): GameSearch => ({
  ply,
  policy: quantisePolicy(search.policy()),
  values: quantiseValues(rootValue(search.tree)),
  budget: search.simulations,
});

function endValues({ rules, winner, isOver }: State): number[] {
  const undecided = drawValue(rules.players);
  return Array.from({ length: rules.players }, (_, i) =>
    isOver && winner > 0 ? (winner === i + 1 ? 1 : -1) : undecided,
  );
}

const seatReviews = (decisions: readonly ReviewedDecision[], players: number): SeatReview[] =>
  Array.from({ length: players }, (_, i) => {
    const own = decisions.filter(({ player }) => player === i + 1);
    const count = Math.max(1, own.length);
    return {
      seat: i + 1,
      decisions: own.length,
      agreement: own.filter(({ agrees }) => agrees).length / count,
      meanLoss: own.reduce((sum, { loss }) => sum + loss, 0) / count,
      blunders: own.filter(({ loss }) => loss >= BLUNDER).length,
    };
  });
