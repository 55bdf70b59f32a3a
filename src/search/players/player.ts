/** Who can sit at a table: chooses a legal move for the player on turn. */
import type { MoveList } from '../../engine/moves.ts';
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { State } from '../../engine/state.ts';
import type { DecisionSearch } from './search-data.ts';

/**
 * A blocking player. Calls come in this order: `begin`, then `choose` for each of its decisions, each followed by at
 * most one `report`. One player may hold several seats of a game; between games it remembers nothing but what `begin`
 * sets. A player that searches many games at once does not fit here and drives GameInPlay itself.
 */
export interface Player {
  /** Name in the registry. */
  readonly name: string;
  /** A new game: draw from `random` whatever is drawn once per game. */
  begin?(rules: Rules, random: Random): void;
  /** One of `legal`, which holds at least one move. Changes neither `state` nor `legal`. */
  choose(state: State, legal: MoveList, random: Random): number;
  /** What the search for the last choice found; undefined for players that do not search. */
  report?(): DecisionSearch | undefined;
}
