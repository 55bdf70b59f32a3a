/** Runs the PyTorch counterpart (torch_reference.py) when this machine has one: gradients to compare, a speed to beat. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { PACKAGE_ROOT } from '../../io/package-root.ts';
import { temporaryFolder } from '../../io/temporary.ts';
import type { NetSpec } from '../../net/arch/architectures.ts';
import { type BoardBox, KERNEL_TAPS } from '../../net/arch/boards.ts';
import { parametersOf } from '../../net/arch/parameters.ts';
import { MOVE_WIDTH } from '../../net/session/session.ts';
import type { TrainingBatch } from '../graph/batch.ts';

const SCRIPT = join(PACKAGE_ROOT, 'src', 'train', 'bench', 'torch_reference.py');

/** A Python that can import torch, or undefined: the one on the path, else the system's. */
export async function pythonWithTorch(): Promise<string | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      await execa(python, ['-c', 'import torch, numpy']);
      return python;
    } catch {
      // Not there or without torch: the next candidate may have it.
    }
  }
  return undefined;
}

export interface TorchJob {
  readonly python: string;
  readonly spec: NetSpec;
  readonly box: BoardBox;
  readonly weights: Float32Array;
  readonly batch: TrainingBatch;
  readonly moveCount: number;
  readonly threads?: number;
}

/** Gradient of the batch's loss with respect to the flat weights, and per-sample losses, in float64. */
export async function torchGradients(job: TorchJob): Promise<{ gradient: Float64Array; perSample: Float64Array }> {
  return inFolder(job, { mode: 'gradients' }, async (folder) => {
    await execa(job.python, [SCRIPT, join(folder, 'job.json')]);
    const doubles = async (name: string): Promise<Float64Array> => {
      const bytes = new Uint8Array(await readFile(join(folder, name)));
      return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
    };
    return { gradient: await doubles('gradients.f64'), perSample: await doubles('losses.f64') };
  });
}

export interface TorchRate {
  readonly samplesPerCpuSecond: number;
  readonly samplesPerSecond: number;
  readonly version: string;
}

/** Speed of PyTorch's training step (forward, backward, clipping, AdamW) on the same batch. */
export async function torchRate(job: TorchJob, steps: number): Promise<TorchRate> {
  return inFolder(job, { mode: 'bench', steps }, async (folder) => {
    const { stdout } = await execa(job.python, [SCRIPT, join(folder, 'job.json')]);
    const result: Record<string, unknown> = JSON.parse(stdout);
    return {
      samplesPerCpuSecond: Number(result.samples_per_cpu_second),
      samplesPerSecond: Number(result.samples_per_second),
      version: String(result.torch),
    };
  });
}

async function inFolder<T>(
  job: TorchJob,
  mode: Record<string, unknown>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = temporaryFolder('torch');
  try {
    await writeJob(folder, job, mode);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeJob(folder: string, job: TorchJob, mode: Record<string, unknown>): Promise<void> {
  const { spec, box, batch, weights, moveCount, threads = 1 } = job;
  const arrays: Record<string, Float32Array | Int32Array> = {
    'weights.f32': weights,
    'x.f32': planesFirst(batch, spec.planes, box.height * box.width),
    'moves.i32': batch.moves.subarray(0, moveCount * MOVE_WIDTH),
    'scalars.f32': batch.moveScalars.subarray(0, moveCount),
    'policy_target.f32': batch.policyTarget.subarray(0, moveCount),
    'policy_weight.f32': batch.policyWeight,
    'value_target.f32': batch.valueTarget,
    'value_weight.f32': batch.valueWeight,
    'ownership_target.i32': batch.ownershipTarget,
    'margins_target.f32': batch.marginsTarget,
    'plies_target.f32': batch.pliesTarget,
    'auxiliary_weight.f32': batch.auxiliaryWeight,
    'head_weights.f32': batch.headWeights,
    'valid.f32': Float32Array.from(box.valid),
  };
  for (const [name, data] of Object.entries(arrays)) {
    await writeFile(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const description = {
    ...mode,
    threads,
    architecture: spec.architecture,
    family: spec.family,
    planes: spec.planes,
    players: spec.players,
    batch: batch.size,
    height: box.height,
    width: box.width,
    taps: KERNEL_TAPS[spec.family],
    parameters: parametersOf(spec).all,
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(description));
}

/** The batch's planes as [N, C, H, W], whatever layout it has. */
function planesFirst({ x, strides, size }: TrainingBatch, planes: number, area: number): Float32Array {
  const result = new Float32Array(size * planes * area);
  for (let sample = 0; sample < size; sample++) {
    for (let plane = 0; plane < planes; plane++) {
      for (let cell = 0; cell < area; cell++) {
        result[(sample * planes + plane) * area + cell] =
          x[sample * strides.sample + plane * strides.plane + cell * strides.cell] ?? 0;
      }
    }
  }
  return result;
}
