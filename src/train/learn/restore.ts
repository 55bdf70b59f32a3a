/** What a checkpoint holds of a training, as arrays and back. */
import { RrError } from '../../core/errors.ts';
import type { TrainingState } from '../graph/training-session.ts';
import type { Checkpoint } from './checkpoint.ts';
import { PROGRESS, type TrainingProgress } from './progress.ts';

export const STATE_ARRAYS = ['weights', 'm', 'v', 'ema'] as const;

export const copyOf = ({ weights, m, v, ema }: TrainingState): TrainingState => ({
  weights: weights.slice(),
  m: m.slice(),
  v: v.slice(),
  ema: ema.slice(),
});

export function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function floats(checkpoint: Checkpoint | undefined, name: string): Float32Array | undefined {
  const array = checkpoint?.arrays.get(name);
  return array instanceof Float32Array ? array : undefined;
}

export function indices(checkpoint: Checkpoint | undefined, name: string): Uint32Array | undefined {
  const array = checkpoint?.arrays.get(name);
  return array instanceof Uint32Array ? array : undefined;
}

export function stateOf(checkpoint: Checkpoint, path: string): TrainingState {
  const array = (name: string): Float32Array => {
    const found = floats(checkpoint, name);
    if (found) return found;
    throw new RrError('CHECKPOINT_INVALID', { path, detail: `lacks the array ${name}` });
  };
  return { weights: array('weights'), m: array('m'), v: array('v'), ema: array('ema') };
}

export function progressOf({ progress }: Checkpoint, path: string): TrainingProgress {
  const parsed = PROGRESS.safeParse(progress);
  if (parsed.success) return parsed.data;
  throw new RrError('CHECKPOINT_INVALID', { path, detail: 'has a progress that this version does not know' });
}
