/** `rr bench selfplay`: what a core plays, what storing costs, how workers add up. */
import { rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { resolveSettings } from '../../config/settings.ts';
import { type GameConfig, gameConfig } from '../../engine/config-key.ts';
import { temporaryFolder } from '../../io/temporary.ts';
import { after } from '../../io/timer.ts';
import { gameRate } from '../../selfplay/bench/game-rate.ts';
import { type Plan, planRun } from '../../selfplay/run/plan.ts';
import { runSelfplay, type SelfplayOutcome } from '../../selfplay/run/run.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { gameFlags, gameFromFlags } from '../cli/flags.ts';
import { type BenchRow, benchPresentation, benchRow } from './rows.ts';

/** Workers load in less than this, and the rate counts from the first game on. Seconds. */
const START_SECONDS = 1;

/** Games on offer for every one that the bare player's rate promises: time ends the measurement, not their number. */
const MORE = 3;

export default class BenchSelfplay extends RrCommand {
  static override description =
    'Plays for a while on one core without writing anything, then with a replay database, with one worker and with ' +
    'several. Rates on one core are held against the bare player, those of several workers against one worker times ' +
    'their number. Measure on an idle machine.';

  static override examples = ['rr bench selfplay', 'rr bench selfplay --config hex8_3p --engine random'];

  static override flags = {
    ...gameFlags,
    engine: Flags.string({ description: 'player; default: heuristic, then random', helpValue: 'NAME' }),
    seconds: Flags.integer({ description: 'time per measurement', default: 3, min: 1, helpValue: 'N' }),
    workers: Flags.integer({ description: 'workers beside one (default: one per core)', min: 2, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(BenchSelfplay);
    const game = gameFromFlags(flags);
    const games = game ? [game] : [gameConfig('hex8', 2), gameConfig('square8', 2)];
    const engines = flags.engine === undefined ? ['heuristic', 'random'] : [flags.engine];
    const many = flags.workers ?? availableParallelism();
    const rows: BenchRow[] = [];
    for (const config of games) {
      for (const engine of engines) {
        if (!this.stopping) rows.push(...(await this.#measure(config, engine, flags.seconds, many)));
      }
    }
    const best = rows
      .filter(({ metric }) => metric === `stored, ${many} workers`)
      .every(({ ratio = 0 }) => ratio > 0.6);
    await this.present(benchPresentation(rows, { recommended: { workers: best ? many : 1 } }));
    return undefined;
  }

  async #measure(game: GameConfig, engine: string, seconds: number, many: number): Promise<BenchRow[]> {
    const { settings } = resolveSettings('selfplay', { flags: { engine } });
    const plan = planRun(game, settings, { engine, mixBy: 'seat', seed: 1 });
    const bare = (await gameRate(plan.spec, seconds)).gamesPerSecond;
    const folder = temporaryFolder('bench');
    try {
      const row = (metric: string, value: number, unit: string, limit?: number): BenchRow =>
        benchRow({ suite: 'selfplay', case: `${game.key} ${engine}`, metric, value, unit, limit });
      const path = join(folder, 'one.db');
      const stored = (workers: number, database: string): Promise<SelfplayOutcome> =>
        this.#play(game, { ...plan, workers, games: Math.ceil(MORE * bare * seconds * workers) }, database, seconds);
      const one = await stored(1, path);
      const rows = [
        row('player alone', bare, 'games/s/core'),
        row('stored, 1 worker', one.steadyRate, 'games/s', bare),
        row('size', statSync(path).size / one.stored, 'bytes/game'),
      ];
      if (many > 1) {
        const { steadyRate } = await stored(many, join(folder, 'many.db'));
        rows.push(row(`stored, ${many} workers`, steadyRate, 'games/s', one.steadyRate * many));
      }
      return rows;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Plays for so many seconds and the start of the workers. */
  async #play(game: GameConfig, plan: Plan, database: string, seconds: number): Promise<SelfplayOutcome> {
    const enough = new AbortController();
    const cancel = after(1000 * (seconds + START_SECONDS), () => enough.abort());
    const outcome = await runSelfplay({
      plan,
      game,
      shard: undefined,
      database,
      resume: false,
      records: false,
      hashes: false,
      signal: AbortSignal.any([this.stop.signal, enough.signal]),
      writer: undefined,
      progress: (work, details) => this.progress(work, details),
      say: () => {},
    });
    cancel();
    return outcome;
  }
}
