/** The loops of several configs, one after the other, each under the lease of its config. */
import type { ExitCode } from '../../core/errors.ts';
import { withState } from '../../state/open.ts';
import { withLease } from '../../state/store/lease.ts';
import type { Loop } from './loop.ts';
import type { LoopRun } from './loop-run.ts';
import { runRounds } from './run.ts';

/**
 * Outcomes in the order of `loops`; those after a stop are left out.
 * @throws RrError LEASE_HELD when another process runs one of them
 */
export const runLoops = (statePath: string, loops: readonly Loop[], run: LoopRun): Promise<ExitCode[]> =>
  withState(statePath, async ({ leases }) => {
    const outcomes: ExitCode[] = [];
    for (const loop of loops) {
      const name = `loop/${loop.options.config.key}`;
      outcomes.push(await withLease(leases, name, { owner: 'rr loop' }, (lease) => runRounds(loop, run, lease)));
      if (run.signal.aborted) break;
    }
    return outcomes;
  });

/** The exit status of several loops: a failure first, then what was achieved. */
export function exitOfLoops(outcomes: readonly ExitCode[]): ExitCode {
  const failed = outcomes.find((code) => code !== 0 && code !== 3 && code !== 4);
  if (failed !== undefined) return failed;
  if (outcomes.includes(0)) return 0;
  return outcomes.includes(3) ? 3 : 4;
}
