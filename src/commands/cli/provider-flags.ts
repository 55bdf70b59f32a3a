/** Flags that say where networks run. */
import { Flags } from '@oclif/core';
import { RrError } from '../../core/errors.ts';
import type { ProviderChoice } from '../../search/evaluators/provider.ts';
import { INFERENCE_CHOICES, type InferenceChoice } from '../../selfplay/inference/choice.ts';

const CHOICES = ['cpu', 'cuda', 'webgpu', 'auto'] as const satisfies readonly ProviderChoice[];

export const providerFlags = {
  provider: Flags.option({ options: CHOICES })({
    description:
      'who computes networks (default cpu); auto takes the first that works of cuda, webgpu, cpu and says so',
  }),
  device: Flags.integer({ description: 'number of the GPU', min: 0, default: 0, helpValue: 'N' }),
  'require-gpu': Flags.boolean({
    description: 'fail rather than run networks on the CPU; without --provider, any GPU will do',
  }),
};

/** For commands whose workers can share a network. */
export const inferenceFlag = {
  inference: Flags.option({ options: INFERENCE_CHOICES, default: 'auto' as InferenceChoice })({
    description:
      'own: every worker has a network; shared: one inference worker computes for all; auto: shared on a GPU, own on the CPU',
  }),
};

export interface ProviderFlags {
  readonly provider?: ProviderChoice | undefined;
  readonly device: number;
  readonly 'require-gpu': boolean;
}

/** @throws RrError USAGE for flags about networks where there is none */
export function refuseProviderFlags(flags: ProviderFlags & { readonly inference?: InferenceChoice }): void {
  const { provider, device, inference } = flags;
  const given = [
    ...(provider === undefined ? [] : ['--provider']),
    ...(device === 0 ? [] : ['--device']),
    ...(flags['require-gpu'] ? ['--require-gpu'] : []),
    ...(inference === undefined || inference === 'auto' ? [] : ['--inference']),
  ];
  if (given.length === 0) return;
  throw new RrError('USAGE', { detail: `${given.join(', ')}: none of the players uses a network` });
}
