/** Where the networks of a run are computed; decides nothing about the games. */
import type { Provider } from '../../net/session/session.ts';

export interface Computing {
  readonly provider: Provider;
  readonly device: number;
  /** One inference worker per network computes for all workers. */
  readonly shared: boolean;
}

export const ON_CPU: Computing = { provider: 'cpu', device: 0, shared: false };

/** For headers. */
export const describeComputing = ({ provider, device, shared }: Computing): object => ({
  provider,
  inference: shared ? 'shared' : 'own',
  ...(provider !== 'cpu' && { device }),
});

/**
 * Leaves per call of a network: what suits a CPU core (docs/METHODS.md), and what a GPU needs to be worth its while.
 */
export const batchOn = (provider: Provider): number => (provider === 'cpu' ? 16 : 64);

/** Games at once: few enough that they finish early, enough to fill a batch when some wait for one leaf only. */
export const gamesInFlight = (provider: Provider): number => (provider === 'cpu' ? 16 : 128);
