/** From the `training` topic of the configuration to the settings of one training. */
import { availableParallelism } from 'node:os';
import type { Settings } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import type { ConfigKey } from '../../engine/config-key.ts';
import { PHASES } from '../../engine/phases.ts';
import type { TrainSettings } from '../learn/settings.ts';

/** @throws RrError USAGE when a table has no entry for the config */
export function trainSettings(settings: Settings<'training'>, config: ConfigKey, seed: number): TrainSettings {
  const of = (name: 'epochs' | 'label-smoothing' | 'policy-weight' | 'patience'): number => {
    const value = settings[name][config];
    if (value !== undefined) return value;
    throw new RrError('USAGE', { detail: `no ${name} for ${config}: set it in rr.yaml under training` });
  };
  return {
    seed,
    batch: settings.batch,
    accumulate: settings.accumulate,
    epochs: of('epochs'),
    epochSamples: settings['epoch-samples'],
    learningRate: settings.lr,
    schedule: settings.schedule,
    warmupSteps: settings['warmup-steps'],
    minimumRate: settings['min-lr'],
    restartEpochs: settings['restart-epochs'],
    plateauPatience: settings['plateau-patience'],
    plateauFactor: settings['plateau-factor'],
    weightDecay: settings['weight-decay'],
    clipping: settings.clipping,
    clipNorm: settings['clip-norm'],
    clipFactor: settings['clip-factor'],
    emaDecay: settings.ema,
    labelSmoothing: of('label-smoothing'),
    headWeights: {
      policy: of('policy-weight'),
      value: settings['value-weight'],
      ownership: settings['ownership-weight'],
      margins: settings['margins-weight'],
      plies: settings['plies-weight'],
    },
    ...(settings['root-value-share'] > 0 && { rootValueShare: settings['root-value-share'] }),
    validation: settings.validation,
    patience: of('patience'),
    uses: settings.uses,
    hardShare: settings['hard-share'],
    symmetry: settings.symmetry,
    weights: {
      qualityBlend: settings['quality-blend'],
      halfLifeDays: settings['half-life-days'],
      phases: Object.fromEntries(PHASES.map((name, number) => [number, phaseWeight(settings, name)])),
      policyRows: settings['policy-rows'],
    },
    window: {
      start: settings['window-start'],
      exponent: settings['window-exponent'],
      slope: settings['window-slope'],
    },
    checkpointSteps: settings['checkpoint-steps'],
    spikeFactor: settings['spike-factor'],
    form: 'winograd',
  };
}

const phaseWeight = (settings: Settings<'training'>, name: string): number =>
  Object.entries(settings['phase-weights']).find(([phase]) => phase === name)?.[1] ?? 1;

/** Threads of the runtime; 0 leaves one core for the making of batches. */
export const threadsOf = ({ threads }: Settings<'training'>): number =>
  threads === 0 ? Math.max(1, availableParallelism() - 1) : threads;
