/** Flags that say where networks run. */
import { Flags } from '@oclif/core';
import type { ProviderChoice } from '../search/evaluators/provider.ts';

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

export interface ProviderFlags {
  readonly provider?: ProviderChoice | undefined;
  readonly device: number;
  readonly 'require-gpu': boolean;
}
