/** The stages of one arm: the loop's own commands for a round, and what measures the round. */
import { join } from 'node:path';
import type { Settings } from '../../config/topics.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { DONE_CODES, type Round, type RoundPlaces, stageArguments } from '../round/stages.ts';
import { type Arm, withFlags } from './arms.ts';

export const ARM_STAGES = ['selfplay', 'export', 'targets', 'train', 'gauntlet'] as const;
export type ArmStage = (typeof ARM_STAGES)[number];

/** What all arms of a bench share. */
export interface RoundBench {
  readonly config: GameConfig;
  /** The loop's settings, which an arm changes. */
  readonly settings: Settings<'loop'>;
  readonly seed: number;
  /** File of the model that every arm starts from and plays against. */
  readonly frozen: string;
  /** Training files of earlier rounds, older first. */
  readonly window: readonly string[];
  /** Games against the frozen model. */
  readonly games: number;
  /** Positions whose target is compared with a deep search, and its simulations. */
  readonly positions: number;
  readonly depth: number;
}

/** Exit statuses that count as done, beside 0. */
export const doneCodesOf = (stage: ArmStage): readonly number[] => (stage === 'targets' ? [] : DONE_CODES[stage]);

/**
 * The command line of a stage, without `rr`; one core each.
 * @param trained content hash of the arm's model, once it is there
 */
export function armArguments(bench: RoundBench, arm: Arm, folder: string, stage: ArmStage, trained?: string): string[] {
  const { config, seed, frozen } = bench;
  const round = roundOf(bench);
  const places = placesIn(folder);
  const common = ['--config', config.key, '--data', folder];
  switch (stage) {
    case 'selfplay':
      return withFlags(stageArguments(stage, round, places, NOTHING_YET), { workers: 1, ...arm.flags.selfplay });
    case 'export':
      return stageArguments(stage, round, places, NOTHING_YET);
    case 'train':
      return withFlags(stageArguments(stage, round, places, NOTHING_YET), arm.flags.train);
    case 'targets': {
      const size = ['--positions', String(bench.positions), '--depth', String(bench.depth)];
      return ['bench', 'targets', places.games, ...common, '--model', frozen, ...size, '--seed', String(seed)];
    }
    case 'gauntlet': {
      if (trained === undefined) throw new RangeError('no model to measure');
      const players = ['--candidate', trained, '--against', frozen];
      const size = ['--games', String(bench.games), '--budget', String(bench.settings['gauntlet-budget'])];
      const how = ['--workers', '1', '--no-record', '--out', places.gauntletGames, '--resume'];
      return ['gauntlet', ...common, ...players, ...size, '--seed', String(seed + 3), ...how];
    }
  }
}

const NOTHING_YET = { model: undefined };

/** A round that goes on from the frozen model. */
const roundOf = ({ config, settings, seed, frozen, window }: RoundBench): Round => ({
  ...{
    number: 2,
    config,
    seed,
    read: undefined,
    since: undefined,
    hosts: undefined,
    player: frozen,
    production: frozen,
  },
  ...{ earlierFiles: window, settings },
});

export const placesIn = (folder: string): RoundPlaces => ({
  root: folder,
  games: join(folder, 'games.db'),
  training: join(folder, 'new.npz'),
  checkpoint: join(folder, 'train.ckpt'),
  gauntletGames: join(folder, 'gauntlet.db'),
  verdicts: join(folder, 'gauntlet.ndjson'),
});
