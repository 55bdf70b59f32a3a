/** Flags that say where networks run, and the provider that came of them. */
import { Flags } from '@oclif/core';
import type { BoardName } from '../engine/boards.ts';
import { RrError } from '../errors.ts';
import { BOARD_BOXES } from '../net/arch/boards.ts';
import type { NetModel } from '../net/model/metadata.ts';
import { NetSession, type Provider } from '../net/session.ts';
import { openProvider, PROVIDER_CHOICES, type ProviderChoice } from '../search/evaluators/provider.ts';

export const providerFlags = {
  provider: Flags.option({ options: PROVIDER_CHOICES })({
    description:
      'who computes networks (default cpu); auto takes the first that works of cuda, webgpu, cpu and says so',
  }),
  device: Flags.integer({ description: 'number of the GPU', min: 0, default: 0, helpValue: 'N' }),
  'require-gpu': Flags.boolean({
    description: 'fail rather than run networks on the CPU; without --provider, any GPU will do',
  }),
};

export interface ProviderFlags {
  readonly provider?: ProviderChoice | undefined;
  readonly device: number;
  readonly 'require-gpu': boolean;
}

export interface ChosenProvider {
  readonly provider: Provider;
  readonly device: number;
}

/**
 * Tries the model on the provider that was asked for, so that what a header names is what really runs. `say` gets one
 * line when the choice was left to rr.
 * @throws RrError PROVIDER_MISSING, GPU_REQUIRED, MODEL_INCOMPATIBLE, USAGE for a device of the CPU
 */
export async function chooseProvider(
  flags: ProviderFlags,
  model: NetModel,
  board: BoardName,
  say: (text: string) => void,
): Promise<ChosenProvider> {
  const { device, 'require-gpu': requireGpu } = flags;
  const choice = flags.provider ?? (requireGpu ? 'auto' : 'cpu');
  if (choice === 'cpu' && device > 0) throw new RrError('USAGE', { detail: `--device ${device} needs a GPU provider` });
  const { opened, provider, reason } = await openProvider(choice, requireGpu, (tried) => {
    const settings = { maxBatch: 1, maxMoves: 1, fixedBatch: tried !== 'cpu', threads: 1 };
    return NetSession.create(model, { box: BOARD_BOXES[board], provider: tried, device, ...settings });
  });
  await opened.release();
  if (reason !== undefined) say(reason);
  return { provider, device };
}
