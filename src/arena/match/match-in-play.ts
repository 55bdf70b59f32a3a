/** A game of a match while it is played: it ends early when a player forfeits. */
import type { Thinking } from '../../search/agents/agent.ts';
import type { Thinker } from '../../selfplay/scheduler/lane.ts';
import type { SearchedGame } from '../../selfplay/scheduler/searched-game.ts';
import { Forfeited } from '../program/agent.ts';
import type { Forfeit } from './result.ts';

export class MatchInPlay implements Thinker {
  readonly game: SearchedGame;
  forfeit: Forfeit | undefined;

  constructor(game: SearchedGame) {
    this.game = game;
  }

  get index(): number {
    return this.game.index;
  }

  advance(): Thinking | null {
    try {
      return this.game.advance();
    } catch (error) {
      if (!(error instanceof Forfeited)) throw error;
      this.forfeit = { seat: error.seat, detail: error.message };
      return null;
    }
  }
}
