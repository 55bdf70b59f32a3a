/** The provider that came of the flags, tried out. Apart from the flags, because the runtime takes a while to load. */

import { RrError } from '../../core/errors.ts';
import type { BoardName } from '../../engine/boards.ts';
import { BOARD_BOXES } from '../../net/arch/boards.ts';
import type { NetModel } from '../../net/arch/metadata.ts';
import { NetSession, type Provider } from '../../net/session/session.ts';
import { openProvider } from '../../search/evaluators/provider.ts';
import type { ProviderFlags } from './provider-flags.ts';

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
