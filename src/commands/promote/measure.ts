/** `rr promote --candidate`: plays the gauntlet that the checks of a promotion ask for. */
import { Flags } from '@oclif/core';
import { planGauntlet } from '../../arena/gauntlet/plan.ts';
import { BASELINE_OPPONENTS } from '../../arena/promotion/decide.ts';
import type { VerdictRecord } from '../../arena/records.ts';
import { resolveSettings } from '../../config/settings.ts';
import { RrError } from '../../core/errors.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { header } from '../../io/ndjson/header.ts';
import type { DataPaths } from '../../io/paths.ts';
import { readStore } from '../../models/open.ts';
import { seedFlag } from '../cli/flags.ts';
import { inferenceFlag, providerFlags } from '../cli/provider-flags.ts';
import { type ComputingFlags, computingOf } from '../gauntlet/computing.ts';
import { type GauntletFace, gauntletCommand } from '../gauntlet/run.ts';

/** Without a candidate to measure, these would do nothing. */
const gauntletFlags = {
  ...seedFlag,
  games: Flags.integer({
    description: 'games against each baseline, rounded up to every seat alike',
    min: 1,
    helpValue: 'N',
  }),
  budget: Flags.string({ description: 'simulations per move of the networks', helpValue: 'N' }),
  workers: Flags.integer({
    description: 'worker threads, 0 for one per core',
    min: 0,
    helpValue: 'N',
  }),
  out: Flags.string({ description: 'replay database to keep its games in', helpValue: 'FILE.db' }),
  resume: Flags.boolean({
    description: 'play only the games that the database lacks; needs --seed and --out',
    dependsOn: ['seed', 'out'],
  }),
  ...providerFlags,
  ...inferenceFlag,
};

export const measureFlags = {
  candidate: Flags.string({
    description: 'play the gauntlet of this model first: candidate, a hash, or a file; MODEL@ENGINE:BUDGET',
    helpValue: 'NAME',
    exclusive: ['rollback', 'history', 'allow-truncated'],
  }),
  ...gauntletFlags,
};

/**
 * @param given names of the flags that were typed
 * @throws RrError USAGE for flags about a gauntlet that is not played
 */
export function refuseGauntletFlags(given: readonly string[]): void {
  const idle = given.filter((name) => Object.hasOwn(gauntletFlags, name)).map((name) => `--${name}`);
  if (idle.length === 0) return;
  throw new RrError('USAGE', { detail: `${idle.join(', ')}: only with --candidate, they are about its gauntlet` });
}

export interface MeasureFlags extends ComputingFlags {
  readonly candidate: string;
  readonly data?: string | undefined;
  readonly games?: number | undefined;
  readonly budget?: string | undefined;
  readonly workers?: number | undefined;
  readonly out?: string | undefined;
  readonly resume?: boolean | undefined;
  readonly seed?: number | undefined;
}

/** The gauntlet's own header and summary; a promotion has its own. */
const FRAME: ReadonlySet<string> = new Set(['header', 'summary']);

/**
 * Baselines by a fixed number of games, the model in production by a sequential test; other knobs as `rr gauntlet` has
 * them in its settings. The header, match and verdict records go to `face.write`.
 * @throws RrError as planGauntlet; StopRequest when stopped, for an unfinished gauntlet decides nothing
 */
export async function measureCandidate(
  config: GameConfig,
  paths: DataPaths,
  flags: MeasureFlags,
  face: GauntletFace,
): Promise<readonly VerdictRecord[]> {
  const { settings } = resolveSettings('gauntlet', {
    flags: {
      budget: flags.budget,
      workers: flags.workers,
      ...(flags.games !== undefined && { games: { [`${config.players}p`]: flags.games } }),
    },
  });
  const { candidate, seed } = flags;
  const baselines = await planGauntlet(config, settings, paths, { candidate, seed, against: BASELINE_OPPONENTS });
  const { candidate: model } = baselines.spec;
  if (model.kind !== 'model') {
    throw new RrError('USAGE', { detail: `${candidate} is no network; only models can be promoted` });
  }
  const rival = await readStore(flags.data, async (store) => store.pointer(config.key, 'production'));
  const plan =
    rival === undefined || rival === model.hash
      ? baselines
      : await planGauntlet(config, settings, paths, {
          candidate,
          seed: baselines.spec.seed,
          against: BASELINE_OPPONENTS,
          test: [rival],
        });
  const { write } = face;
  await write?.(header({ command: 'promote', config: config.key, seed: plan.spec.seed, model: model.hash }));
  const { verdicts } = await gauntletCommand({
    ...face,
    plan,
    computing: await computingOf(flags, plan, face.hint),
    database: flags.out,
    resume: flags.resume === true,
    workers: settings.workers,
    state: paths.state,
    write: write && (async (record) => (FRAME.has(record.type) ? undefined : write(record))),
  });
  face.signal.throwIfAborted();
  return verdicts;
}
