/** One parity run over any number of files: counts, records, fixtures and the verdict. */

import { type ExitCode, RrError } from '../core/errors.ts';
import { type BadGame, problemOf } from '../games/bad-game.ts';
import { configOf, type Game } from '../games/game/game.ts';
import type { GameItem } from '../games/game/open.ts';
import { checkGame, type GameCheck } from './check.ts';
import { writeFixture } from './fixture.ts';
import { JunitReport } from './junit.ts';
import {
  addToTotals,
  type CheckRecord,
  checkRecord,
  type DivergenceRecord,
  divergenceRecord,
  newTotals,
  unreadableRecord,
} from './records.ts';

export interface ParityOptions {
  readonly limit: number;
  /** Folder for fixtures of divergences. */
  readonly fixtures?: string;
  /** Instead of our own replay: how to check a game. */
  readonly checkWith?: (game: Game) => Promise<GameCheck>;
  /** Results that the rules do not give are counted and pass. */
  readonly allowResult: boolean;
  readonly stopped: () => boolean;
  readonly emit: (record: CheckRecord | DivergenceRecord) => Promise<void>;
}

export class ParityRun {
  readonly totals = newTotals();
  readonly junit: JunitReport;
  readonly #options: ParityOptions;

  constructor(options: ParityOptions) {
    this.#options = options;
    this.junit = new JunitReport(options.allowResult);
  }

  /**
   * Checks every game of one file. A file that cannot be read counts as unreadable and does not end the run; one of a
   * newer schema does (exit 78), since nothing can be said about it.
   */
  async read(source: string, games: () => AsyncIterable<GameItem>): Promise<void> {
    try {
      for await (const item of games()) {
        if (this.totals.games >= this.#options.limit || this.#options.stopped()) return;
        if ('problem' in item) await this.#unreadable(item);
        else if ('game' in item) await this.#check(item.game);
      }
    } catch (error) {
      if (!(error instanceof RrError) || error.exit !== 5) throw error;
      await this.#unreadable({ id: '', where: source, problem: error.message });
    }
  }

  /** 0 when everything agreed; 3 for a divergence or when nothing was checked, 5 when something was unreadable. */
  exit(): ExitCode {
    const { divergences, result_divergences } = this.totals;
    if (divergences > 0 || (result_divergences > 0 && !this.#options.allowResult)) return 3;
    if (this.totals.unreadable > 0) return 5;
    return this.totals.games === 0 ? 3 : 0;
  }

  async #check(game: Game): Promise<void> {
    const started = performance.now();
    let check: GameCheck;
    try {
      check = this.#options.checkWith ? await this.#options.checkWith(game) : checkGame(game);
    } catch (error) {
      const { id, where } = game;
      return this.#unreadable({ id, where, config: configOf(game), problem: problemOf(error) });
    }
    addToTotals(this.totals, check);
    const record = checkRecord(game, check);
    const divergence = check.divergence ? divergenceRecord(game, check.divergence) : undefined;
    this.junit.add(record, divergence, (performance.now() - started) / 1000);
    await this.#options.emit(record);
    if (!divergence || !check.divergence) return;
    await this.#options.emit(divergence);
    if (this.#options.fixtures !== undefined) await writeFixture(this.#options.fixtures, game, check.divergence);
  }

  async #unreadable(game: BadGame): Promise<void> {
    this.totals.unreadable++;
    const record = unreadableRecord(game);
    this.junit.add(record, undefined, 0);
    await this.#options.emit(record);
  }
}
