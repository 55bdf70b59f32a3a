/** An external program as a player: its decisions are awaited, and what it does wrong forfeits the game. */
import type { Rules } from '../../engine/rules.ts';
import type { Answer, Forfeit, GamePlayer, Player, Question } from '../../search/players/player.ts';
import type { Program } from '../participants/participant.ts';
import { ProgramFault } from './program-fault.ts';
import { ProgramProcess } from './program-process.ts';

export class ProgramPlayer implements Player, GamePlayer {
  readonly name: string;
  readonly #process: ProgramProcess;
  /** Questions that wait for their turn: the program answers one at a time. */
  readonly #waiting: (() => void)[] = [];
  #busy = false;

  constructor(rules: Rules, { id, command, seconds }: Program) {
    this.name = id;
    this.#process = new ProgramProcess(rules, command, seconds);
  }

  /** What a program remembers of a game is its own affair: every question holds the whole position. */
  newGame(): GamePlayer {
    return this;
  }

  /** Rejects with RrError PROGRAM_MISSING, PROGRAM_UNUSABLE. */
  async decide({ state, legal }: Question): Promise<Answer | Forfeit> {
    await this.#turn();
    try {
      const index = await this.#process.choose(state, legal);
      return { move: legal.at(index) };
    } catch (error) {
      if (!(error instanceof ProgramFault)) throw error;
      return { forfeit: error.message };
    } finally {
      this.#next();
    }
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  #turn(): Promise<void> {
    if (this.#busy) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#busy = true;
    return Promise.resolve();
  }

  /** The newest question first, so that games finish early rather than all together. */
  #next(): void {
    const next = this.#waiting.pop();
    if (next) next();
    else this.#busy = false;
  }
}
