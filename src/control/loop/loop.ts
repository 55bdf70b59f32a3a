/**
 * The loop itself: which round comes next, which of its stages are left, and one stage after another. Everything it
 * knows is in the round folders, so it can be killed at any instant and started again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resolved } from '../../config/settings.ts';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { continued, readingOf } from '../../games/databases/arrivals.ts';
import { GameStore } from '../../games/store/store.ts';
import { makeFolder } from '../../io/folder.ts';
import type { DataPaths } from '../../io/paths.ts';
import { ModelStore } from '../../models/store.ts';
import { RR1_ENCODER } from '../../net/encode/rr1/features.ts';
import { RR1_POLICY } from '../../net/encode/rr1/moves.ts';
import { withState } from '../../state/open.ts';
import { modelRecord } from '../round/records.ts';
import { type RoundFolder, roundFolder, roundsOf, runsFolder, type StageDone } from '../round/round-folder.ts';
import {
  DONE_CODES,
  type ReadGames,
  type Round,
  SEEDS_PER_ROUND,
  type Stage,
  type StageResults,
  stageArguments,
  stagesOf,
} from '../round/stages.ts';
import { raisedWork, stallCount } from '../round/stall.ts';
import type { Executor } from './executor.ts';

export interface LoopOptions {
  readonly config: GameConfig;
  readonly resolved: Resolved<'loop'>;
  readonly paths: DataPaths;
  /** Seed of the whole loop; taken when it begins. */
  readonly seed: number;
  /** Hosts file of the machines to sync with; undefined: none. */
  readonly hosts: string | undefined;
  /** Stages to leave out of rounds. */
  readonly skip: ReadonlySet<Stage>;
  readonly executor: Executor;
}

/** A stage that did not end well. */
export interface StageFailure {
  readonly stage: Stage;
  readonly exit: number;
  /** Last line of its log. */
  readonly reason: string;
}

export class Loop {
  readonly options: LoopOptions;

  constructor(options: LoopOptions) {
    this.options = options;
  }

  /** The round to work on: the one that is not complete, else a new one; undefined when there are enough. */
  next(): RoundFolder | 'new' | undefined {
    const rounds = roundsOf(this.options.paths, this.options.config);
    const last = rounds.at(-1);
    if (last && !last.isComplete) return last;
    return rounds.length < this.options.resolved.settings.rounds ? 'new' : undefined;
  }

  /** Finished games in the database that no round has exported yet. */
  async newGames(): Promise<number> {
    const { paths, config } = this.options;
    const path = paths.games(config.key);
    if (!existsSync(path)) return 0;
    const { read, since } = await this.#exported(roundsOf(paths, config).at(-1));
    const store = await GameStore.openReadOnly(path);
    try {
      const query = { status: 'completed', after: read?.until ?? 0, ...(since !== undefined && { since }) } as const;
      let count = 0;
      // the export names those that cannot be read
      for (const game of store.headerRows(query)) if (!('problem' in game)) count++;
      return count;
    } finally {
      store.close();
    }
  }

  /**
   * How far the rounds have read the store of games. In another store, one that was made anew or restored, numbers mean other
   * games: all are new then.
   */
  async #exported(last: RoundFolder | undefined): Promise<Pick<Round, 'read' | 'since'>> {
    const { paths, config } = this.options;
    const path = paths.games(config.key);
    const now = existsSync(path) ? await readingOf(path) : undefined;
    const store = now?.store ?? '';
    const done = last?.done('export');
    const read = done?.read ?? last?.facts().read;
    if (read !== undefined) {
      const until = Math.min(continued(read, store), now?.until ?? 0);
      return { read: { store, until }, since: undefined };
    }
    // a round of version 0.1.0 noted when its export began, or was begun after one that did
    return { read: undefined, since: done?.command === undefined ? last?.facts().since : done.started };
  }

  /** Describes a new round and writes it down. @throws RrError MODEL_NOT_FOUND when the model in production is gone */
  async begin(say: (text: string) => void): Promise<RoundFolder> {
    const last = roundsOf(this.options.paths, this.options.config).at(-1);
    const before = last?.done('export')?.read ?? last?.facts().read;
    const round = await this.plan();
    if (before !== undefined && (round.read?.until ?? 0) < before.until) {
      const what = 'the database of games is not the one that earlier rounds read: games in it count as new';
      say(`${this.options.config.key}: ${what}${round.read?.until ? ` from number ${round.read.until + 1} on` : ''}`);
    }
    const folder = roundFolder(this.options.paths, this.options.config, round.number);
    await folder.begin(round, this.#notes());
    return folder;
  }

  /** Fetches the games of other hosts, so that they count as waiting. Not a stage: no round has begun. @returns its exit status */
  async pull(signal: AbortSignal, onLine: (line: string) => void): Promise<number> {
    const { config, paths, executor } = this.options;
    const round = await this.plan();
    const places = roundFolder(paths, config, round.number).places(paths, config, round.number);
    const folder = runsFolder(paths, config);
    makeFolder(folder);
    return executor.run('pull', {
      args: stageArguments('pull', round, places, { model: undefined }),
      records: join(folder, 'pull.ndjson'),
      log: join(folder, 'pull.log'),
      running: join(folder, 'running'),
      signal,
      onLine,
    });
  }

  /** The next new round. */
  async plan(): Promise<Round> {
    const { config, paths, resolved } = this.options;
    const { settings } = resolved;
    const rounds = roundsOf(paths, config);
    const number = rounds.length + 1;
    const last = rounds.at(-1);
    const base = rounds[0]?.facts().seed ?? this.options.seed;
    const production = await this.#production();
    const window = rounds.slice(Math.max(0, rounds.length + 1 - settings['window-rounds']));
    return {
      number,
      config,
      seed: base + (number - 1) * SEEDS_PER_ROUND,
      ...(await this.#exported(last)),
      hosts: this.options.hosts,
      // a model that was refused still plays better than the heuristic that taught it
      player: production ?? last?.done('train')?.model,
      production,
      earlierFiles: window
        .map((folder) => folder.facts())
        .filter((earlier) => earlier.player !== undefined || number - earlier.number <= settings['keep-bootstrap'])
        .map((earlier) => roundFolder(paths, config, earlier.number).places(paths, config, earlier.number).training)
        .filter((path) => existsSync(path)),
      settings: this.#raised(rounds),
    };
  }

  /** The settings, with more work for what stalled when that is left to the loop. */
  #raised(rounds: readonly RoundFolder[]): Settings<'loop'> {
    const {
      config: { key },
      resolved: { settings },
    } = this.options;
    if (!settings.auto) return settings;
    const { [key]: games = 0 } = settings.games;
    const { [key]: budget = 0 } = settings.budget;
    const verdicts = rounds.flatMap((folder) => folder.done('promote')?.promoted ?? []);
    const bounds = { budget: settings['auto-budget'], games: Math.round(settings['auto-games'] * games) };
    const work = raisedWork({ budget, games }, stallCount(verdicts), bounds);
    return {
      ...settings,
      games: { ...settings.games, [key]: work.games },
      budget: { ...settings.budget, [key]: work.budget },
    };
  }

  #production(): Promise<string | undefined> {
    const { config, paths } = this.options;
    return withState(paths.state, async ({ audit }) => {
      const store = new ModelStore(paths.modelsFolder, audit);
      if ((await store.pointer(config.key, 'production')) === undefined) return undefined;
      return (await store.resolve(config.key, 'production')).hash;
    });
  }

  #notes(): Record<string, unknown> {
    const { origins } = this.options.resolved;
    return {
      versions: {
        rr: VERSION,
        node: process.versions.node,
        rules: RULES_VERSION,
        encoder: RR1_ENCODER,
        policy: RR1_POLICY,
      },
      origins: Object.fromEntries([...origins].map(([name, { where }]) => [name, where])),
    };
  }

  /** The command line of a stage, without `rr`. @throws RangeError when a stage before it is not done */
  command(folder: RoundFolder, stage: Stage): string[] {
    const round = folder.round(this.options.resolved.settings);
    return stageArguments(stage, round, this.#places(folder, round), resultsOf(folder));
  }

  /** The commands of the round that would come next. */
  async plannedCommands(): Promise<(readonly [Stage, string[]])[]> {
    const { paths, config, skip } = this.options;
    const round = await this.plan();
    const places = roundFolder(paths, config, round.number).places(paths, config, round.number);
    // training names its model only when it is done
    const results = { model: 'MODEL' };
    return stagesOf(round)
      .filter((stage) => !skip.has(stage))
      .map((stage) => [stage, stageArguments(stage, round, places, results)]);
  }

  #places(folder: RoundFolder, round: Round) {
    return folder.places(this.options.paths, this.options.config, round.number);
  }

  /** Marks a stage as left out. */
  async skip(folder: RoundFolder, stage: Stage): Promise<void> {
    const now = new Date().toISOString();
    await folder.finish({ stage, skipped: true, started: now, ended: now });
  }

  /** Runs a stage to its end and writes down that it is done. */
  async run(
    folder: RoundFolder,
    stage: Stage,
    { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
  ): Promise<StageDone | StageFailure> {
    const args = this.command(folder, stage);
    const started = new Date().toISOString();
    let lastLine = '';
    const exit = await this.options.executor.run(stage, {
      args,
      records: folder.file(`${stage}.ndjson`),
      log: folder.file(`${stage}.log`),
      running: folder.file('running'),
      signal,
      onLine(line) {
        lastLine = line;
        onLine(line);
      },
    });
    signal.throwIfAborted();
    if (exit !== 0 && !DONE_CODES[stage].includes(exit)) return { stage, exit, reason: lastLine };
    const found = readOutcome(stage, folder);
    if (stage === 'train' && found.model === undefined) return { stage, exit, reason: 'training gave no model' };
    const done: StageDone = {
      stage,
      command: ['rr', ...args],
      skipped: false,
      exit,
      started,
      ended: new Date().toISOString(),
      ...found,
    };
    await folder.finish(done);
    return done;
  }
}

export const isFailure = (result: StageDone | StageFailure): result is StageFailure => 'reason' in result;

/** Stages of a round that are not done, in order. */
export const remaining = (folder: RoundFolder): Stage[] =>
  stagesOf(folder.facts()).filter((stage) => folder.done(stage) === undefined);

function resultsOf(folder: RoundFolder): StageResults {
  return { model: folder.done('train')?.model };
}

const exportSummary = z.looseObject({
  type: z.literal('summary'),
  arrived: z.array(z.object({ store: z.string(), until: z.int() })).optional(),
});
const promotionRecord = z.looseObject({ type: z.literal('promotion'), promoted: z.boolean(), already: z.boolean() });

/** Results in a finished stage's records that later stages need. @throws RrError FILE_CORRUPT */
function readOutcome(stage: Stage, folder: RoundFolder): Pick<StageDone, 'model' | 'promoted' | 'read'> {
  if (stage !== 'export' && stage !== 'train' && stage !== 'promote') return {};
  const path = folder.file(`${stage}.ndjson`);
  const found: { model?: string; promoted?: boolean; read?: ReadGames } = {};
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch (cause) {
      throw new RrError('FILE_CORRUPT', { path, detail: 'holds a line that is not JSON' }, { cause });
    }
    const model = modelRecord.safeParse(record);
    if (model.success) found.model = model.data.hash;
    const [read] = exportSummary.safeParse(record).data?.arrived ?? [];
    if (read) found.read = read;
    const promotion = promotionRecord.safeParse(record);
    if (promotion.success) found.promoted = promotion.data.promoted || promotion.data.already;
  }
  return found;
}
