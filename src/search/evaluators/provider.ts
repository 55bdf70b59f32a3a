/** Which execution provider a network runs on. */
import { RrError } from '../../core/errors.ts';
import { PROVIDERS, type Provider } from '../../net/session/session.ts';

export const PROVIDER_CHOICES = [...PROVIDERS, 'auto'] as const;
export type ProviderChoice = (typeof PROVIDER_CHOICES)[number];

/** What `auto` tries, best first. */
const AUTO_ORDER: readonly Provider[] = ['cuda', 'webgpu', 'cpu'];

export interface OpenedProvider<T> {
  readonly opened: T;
  readonly provider: Provider;
  /** One line for stderr when the choice was automatic: what was chosen and why not the others. */
  readonly reason?: string;
}

/**
 * Opens something on a provider: exactly the one named, or with `auto` the first that works.
 * @throws RrError PROVIDER_MISSING for a named provider that does not work, GPU_REQUIRED when `requireGpu` cannot be met
 */
export async function openProvider<T>(
  choice: ProviderChoice,
  requireGpu: boolean,
  open: (provider: Provider) => Promise<T>,
): Promise<OpenedProvider<T>> {
  if (choice !== 'auto') {
    if (requireGpu && choice === 'cpu') throw new RrError('GPU_REQUIRED', { detail: '--provider cpu was asked for' });
    return { opened: await open(choice), provider: choice };
  }
  const missing: string[] = [];
  for (const provider of AUTO_ORDER) {
    if (requireGpu && provider === 'cpu') break;
    try {
      const opened = await open(provider);
      const why = missing.length > 0 ? ` (${missing.join('; ')})` : '';
      return { opened, provider, reason: `running networks on ${provider}${why}` };
    } catch (error) {
      if (!(error instanceof RrError && error.code === 'PROVIDER_MISSING')) throw error;
      missing.push(`${provider}: ${error.params.detail}`);
    }
  }
  throw new RrError('GPU_REQUIRED', { detail: missing.join('; ') });
}
