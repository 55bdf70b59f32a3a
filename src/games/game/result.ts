/** What a game says of its end, held against the position its moves lead to. */
import { OUTCOMES } from '../../engine/phases.ts';
import type { State } from '../../engine/state.ts';
import type { Game } from './game.ts';

type Ending = Pick<Game, 'status' | 'winner' | 'outcome' | 'eliminated' | 'territory'>;

/**
 * How the two contradict each other, or undefined. Where the rules end the game, its winner is theirs; where they do not, a
 * game from elsewhere may have ended otherwise (a time limit, an older rule, a forfeit). A game with an exact outcome was
 * written by us and has to agree in everything.
 */
export function resultContradiction(game: Ending, final: State): string | undefined {
  const { outcome, winner, status } = game;
  const own = outcome !== undefined;
  const reached = OUTCOMES[final.outcome];
  const otherWinner = final.isOver && winner !== final.winner;
  const otherEnd = own && (outcome !== reached || final.isOver !== (status === 'completed'));
  if (otherWinner || otherEnd) {
    const claimed = own && outcome !== 'none' ? ` by ${outcome}` : '';
    return (
      `the record says ${status}, ${winnerText(winner)}${claimed}, but after its moves ` +
      (final.isOver ? `${winnerText(final.winner)} by ${reached}` : 'the game is not over')
    );
  }
  if (!own) return undefined;
  for (const name of ['eliminated', 'territory'] as const) {
    const claimed = game[name];
    const actual = Array.from(final[name].subarray(1, 1 + final.rules.players));
    if (claimed && claimed.join() !== actual.join())
      return `${name} is [${claimed}] in the record, but [${actual}] after its moves`;
  }
  return undefined;
}

export const winnerText = (winner: number): string => (winner === 0 ? 'nobody wins' : `player ${winner} wins`);
