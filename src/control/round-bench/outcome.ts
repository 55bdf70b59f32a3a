/** What an arm came to, from the records of its stages. */
import { join } from 'node:path';
import * as z from 'zod';
import { verdictSchema } from '../../arena/records.ts';
import { epochRecord, recordsOf } from '../round/records.ts';
import { ARM_STAGES, type ArmStage } from './arm-stages.ts';
import { type ArmStageDone, doneStage } from './run-arm.ts';

const targetsRecord = z.looseObject({
  type: z.literal('targets'),
  games: z.number(),
  targets: z.number(),
  entropy: z.number().nullable(),
  largest: z.number().nullable(),
  agreement: z.number().nullable(),
  positions: z.number(),
  mispredicted: z.number().nullable(),
});

export interface ArmOutcome {
  readonly arm: string;
  readonly targets: z.infer<typeof targetsRecord> | undefined;
  /** On games held out, after the last epoch. */
  readonly losses:
    | { readonly policy: number; readonly value: number; readonly top1: number; readonly valueAccuracy: number }
    | undefined;
  /** Score against the frozen model with its 95 % interval. */
  readonly strength:
    | { readonly score: number; readonly low: number; readonly high: number; readonly games: number }
    | undefined;
  /** Of self-play and training together: what a round costs. */
  readonly cpuSeconds: number | undefined;
  readonly commands: Readonly<Partial<Record<ArmStage, readonly string[]>>>;
}

export function outcomeOf(arm: string, folder: string): ArmOutcome {
  const done = new Map<ArmStage, ArmStageDone>();
  for (const stage of ARM_STAGES) {
    const found = doneStage(folder, stage);
    if (found) done.set(stage, found);
  }
  const held = recordsOf(join(folder, 'train.ndjson'), epochRecord).at(-1)?.validation;
  const verdict = recordsOf(join(folder, 'gauntlet.ndjson'), verdictSchema).at(-1);
  const cost = [done.get('selfplay')?.cpuSeconds, done.get('train')?.cpuSeconds];
  return {
    arm,
    targets: recordsOf(join(folder, 'targets.ndjson'), targetsRecord).at(-1),
    losses: held
      ? {
          ...{ policy: held.losses.policy, value: held.losses.value },
          ...{ top1: held.policy_top1, valueAccuracy: held.value_accuracy },
        }
      : undefined,
    strength: verdict && {
      ...{ score: verdict.winRate, games: verdict.games },
      ...{ low: verdict.wilson.low, high: verdict.wilson.high },
    },
    cpuSeconds: cost.reduce<number | undefined>(
      (sum, part) => (sum === undefined || part == null ? undefined : sum + part),
      0,
    ),
    commands: Object.fromEntries([...done].map(([stage, { command }]) => [stage, command])),
  };
}
