/** The flags of `rr train`. Those that are knobs of config/training.yaml carry its names. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import type { ConfigKey } from '../../engine/config-key.ts';
import { outFile } from '../cli/out-file.ts';

const number = (description: string) => Flags.string({ description, helpValue: 'X' });
const whole = (description: string, min = 0) => Flags.integer({ description, min, helpValue: 'N' });

export const trainFlags = {
  init: Flags.string({
    description: 'start from a model: production, candidate, a hash, or a file; also of another board of the family',
    helpValue: 'MODEL',
  }),
  resume: Flags.boolean({
    description:
      'continue from the checkpoint, if there is one; needs the settings it was made with. --no-resume starts over and ' +
      'replaces it; without either, an unfinished training is announced (exit 2)',
    allowNo: true,
  }),
  arch: Flags.string({ description: 'network: nano, small, v2, large, huge', helpValue: 'NAME' }),
  batch: whole('samples per graph run', 1),
  accumulate: whole('graph runs per optimiser step', 1),
  epochs: whole('epochs at most', 1),
  'epoch-samples': whole('samples per epoch, 0 for all'),
  lr: number('largest learning rate'),
  schedule: Flags.string({ description: 'constant, cosine, restarts or plateau', helpValue: 'NAME' }),
  'warmup-steps': whole('steps over which the rate rises'),
  'weight-decay': number('decoupled weight decay'),
  clipping: Flags.string({ description: 'off, fixed or adaptive', helpValue: 'NAME' }),
  'clip-norm': number('largest gradient norm'),
  ema: number('decay of the averaged weights'),
  'label-smoothing': number('share of the policy target spread evenly'),
  'value-weight': number('weight of the value loss'),
  'ownership-weight': number('weight of the loss of who owns each cell at the end'),
  'margins-weight': number('weight of the loss of the final margins'),
  'plies-weight': number('weight of the loss of the moves to the end'),
  'root-value-share': number("share of the search's root value in value targets, the rest is the result"),
  validation: number('share of the games held out'),
  patience: whole('epochs without improvement before the end, 0 for never'),
  uses: whole('most uses of a sample, 0 for no limit'),
  'hard-share': number('share of hard examples seen twice per pass'),
  symmetry: Flags.boolean({ description: 'random board symmetries', allowNo: true }),
  'window-start': whole('rows from which the replay window grows more slowly than the data'),
  'checkpoint-steps': whole('optimiser steps between checkpoints', 1),
  threads: whole('threads of the runtime, 0 for one per core but one'),
  'max-seconds': whole('end and export after this time (exit 124), 0 for no limit'),
  checkpoint: outFile('--checkpoint')({ description: 'where the checkpoint lies', helpValue: 'FILE' }),
  candidate: Flags.boolean({
    description: 'point `candidate` at the new model (default)',
    allowNo: true,
    default: true,
  }),
  gate: Flags.boolean({
    description:
      'refuse data below the limits of config/quality.yaml (exit 3); the model notes whether it was asked for',
    allowNo: true,
    default: false,
  }),
  svg: outFile('--svg')({ description: 'also write the curves as a picture', helpValue: 'FILE' }),
  losses: outFile('--losses')({
    description: 'also write the losses of every sample, hardest first (NDJSON)',
    helpValue: 'FILE',
  }),
  'allow-truncated': Flags.boolean({ description: 'use the records there are when the stream on stdin breaks off' }),
};

interface FlagValues {
  readonly [name: string]: unknown;
}

const WHOLE = [
  'batch',
  'accumulate',
  'epoch-samples',
  'warmup-steps',
  'uses',
  'window-start',
  'checkpoint-steps',
  'threads',
  'max-seconds',
] as const;
const REAL = [
  'lr',
  'weight-decay',
  'clip-norm',
  'ema',
  'value-weight',
  'ownership-weight',
  'margins-weight',
  'plies-weight',
  'root-value-share',
  'validation',
  'hard-share',
] as const;
const AS_IS = ['arch', 'schedule', 'clipping', 'symmetry'] as const;

/** The flags that are settings, by knob, as resolveSettings takes them. @throws RrError USAGE for what is no number */
export function flagSettings(flags: FlagValues, config: ConfigKey): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const name of [...WHOLE, ...AS_IS]) settings[name] = flags[name];
  for (const name of REAL) settings[name] = realNumber(name, flags[name]);
  for (const name of ['epochs', 'patience'] as const) settings[name] = table(config, flags[name]);
  settings['label-smoothing'] = table(config, realNumber('label-smoothing', flags['label-smoothing']));
  return settings;
}

const table = (config: ConfigKey, value: unknown): unknown => (value === undefined ? undefined : { [config]: value });

function realNumber(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (String(text).trim() !== '' && Number.isFinite(value)) return value;
  throw new RrError('USAGE', { detail: `--${name}: '${String(text)}' is not a number` });
}
