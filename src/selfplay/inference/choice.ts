/** Whether the workers of a run have a network each or share one inference worker per network. */
import type { Provider } from '../../net/session/session.ts';

export const INFERENCE_CHOICES = ['own', 'shared', 'auto'] as const;
export type InferenceChoice = (typeof INFERENCE_CHOICES)[number];

/** `auto`: a GPU is shared, on a CPU every worker has a network of its own. */
export const isShared = (choice: InferenceChoice, provider: Provider): boolean =>
  choice === 'shared' || (choice === 'auto' && provider !== 'cpu');

/**
 * Schedulers of a worker that shares: while one waits for the device, the other fills its batch. Each has an inference
 * slot, so worker w uses slots w · SHARED_SCHEDULERS and on.
 */
export const SHARED_SCHEDULERS = 2;

/** A network of its own blocks its thread, so there is nothing to do at the same time. */
export const schedulersOf = (shared: boolean): number => (shared ? SHARED_SCHEDULERS : 1);
