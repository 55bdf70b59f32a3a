/** What a source says of a game's end, held against the end of the replay. */
import { at } from '../core/at.ts';
import { OUTCOMES } from '../engine/phases.ts';
import type { State } from '../engine/state.ts';
import type { Game, SeatClaim } from '../games/game/game.ts';

const BARE_BOARD = ['stalemate_territory', 'stalemate_rings', 'stalemate_markers', 'stalemate_last_actor'];

/**
 * Upstream's termination reasons and the outcomes of ours each may stand for. A game that ends on a bare board is
 * stored under the reason of the rung that decided it, as `structural`, or as last player standing.
 */
const OUTCOMES_OF_REASON: Readonly<Record<string, readonly string[]>> = {
  ring_elimination: ['ring_threshold', 'stalemate_rings'],
  elimination: ['ring_threshold', 'stalemate_rings'],
  territory: ['territory_threshold', 'stalemate_territory'],
  territory_control: ['territory_threshold', 'stalemate_territory'],
  last_player_standing: ['lps_sole_material', 'lps_three_rounds', ...BARE_BOARD],
  lps: ['lps_sole_material', 'lps_three_rounds', ...BARE_BOARD],
  structural: BARE_BOARD,
  stalemate: BARE_BOARD,
  resignation: ['resignation'],
  timeout: ['timeout'],
};

/** Expectation and finding, or null when everything that is claimed holds. */
export function resultMismatch(s: State, game: Game): [string, string] | null {
  if (game.status !== 'completed') return s.isOver ? ['an unfinished game', endText(s)] : null;
  const { reason, outcomes } = ending(game);
  const claim = `player ${game.winner || 'none'} wins${reason ? ` by ${reason}` : ''}`;
  if (!s.isOver) return [claim, 'the game is not over'];
  if (game.winner !== s.winner) return [claim, endText(s)];
  if (outcomes && !outcomes.includes(at(OUTCOMES, s.outcome))) return [claim, endText(s)];
  for (const seat of seatClaims(game)) {
    const pairs: [string, number | undefined, number][] = [
      ['eliminated rings', seat.eliminated, at(s.eliminated, seat.seat)],
      ['territory', seat.territory, at(s.territory, seat.seat)],
      ['rings in hand', seat.hand, at(s.hand, seat.seat)],
    ];
    for (const [name, expected, actual] of pairs) {
      if (expected !== undefined && expected !== actual)
        return [`player ${seat.seat}: ${name} ${expected}`, String(actual)];
    }
  }
  return null;
}

/** Games from elsewhere give their reason in upstream's words, ours the exact outcome. */
function ending({ outcome, reason, claims }: Game): {
  reason: string | null;
  outcomes?: readonly string[] | undefined;
} {
  if (outcome !== undefined && outcome !== 'none') return { reason: outcome, outcomes: [outcome] };
  return { reason, outcomes: claims?.outcomes ?? OUTCOMES_OF_REASON[reason ?? ''] };
}

function seatClaims({ eliminated, territory, claims }: Game): readonly SeatClaim[] {
  const own = eliminated?.map((rings, i) => ({ seat: i + 1, eliminated: rings, territory: territory?.[i] }));
  return [...(claims?.seats ?? []), ...(own ?? [])];
}

export const endText = (s: State): string =>
  s.isOver ? `player ${s.winner || 'none'} wins by ${at(OUTCOMES, s.outcome)}` : 'the game is not over';
