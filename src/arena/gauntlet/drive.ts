/** Carries out a planned gauntlet: records to whoever writes them, games into the database, results into the state database. */
import { availableParallelism } from 'node:os';
import type { ShowProgress } from '../../core/progress.ts';
import type { Computing } from '../../selfplay/inference/computing.ts';
import { openState, withState } from '../../state/open.ts';
import { recordMatches } from '../ratings/facts.ts';
import { type MatchRecord, matchSchema } from '../records.ts';
import { type GauntletPlan, type GauntletReport, runGauntlet, totalGames } from './run-gauntlet.ts';
import { GauntletStore } from './store.ts';

export interface GauntletJob {
  readonly plan: GauntletPlan;
  readonly database: string | undefined;
  readonly resume: boolean;
  /** Worker threads, 0 for one per core. */
  readonly workers: number;
  readonly computing: Computing;
  /** State database that takes the results; none when undefined. */
  readonly state: string | undefined;
  readonly signal: AbortSignal;
  /** Takes every record, header and summary included. */
  readonly write: ((record: { readonly type: string }) => Promise<void>) | undefined;
  readonly progress: ShowProgress;
}

/** Resolves when all records have been written and all results are durable. */
export async function driveGauntlet(job: GauntletJob): Promise<GauntletReport> {
  const { plan, write, signal } = job;
  // where the results go has to be known before they are played
  if (job.state !== undefined) await (await openState(job.state)).close();
  const store = job.database === undefined ? undefined : new GauntletStore(job.database);
  const facts: MatchRecord[] = [];
  const pending: Promise<void>[] = [];
  const lines: string[] = [];
  const work = { label: `gauntlet ${plan.config.key}`, unit: 'games', total: totalGames(plan) };
  const progress = job.progress(work, () => lines);
  const startMs = performance.now();
  try {
    const report = await runGauntlet({
      plan,
      store,
      resume: job.resume,
      workers: job.workers === 0 ? availableParallelism() : job.workers,
      computing: job.computing,
      signal,
      emit(record) {
        if (record.type === 'match') {
          const match = matchSchema.parse(record);
          facts.push(match);
          const { forfeit } = match;
          if (forfeit)
            progress.log(`game ${match.index}: ${match.seats[forfeit.seat - 1]} forfeits: it ${forfeit.detail}`);
        }
        if (write) pending.push(write(record));
      },
      onProgress({ games, simulations, scores }) {
        progress.update(games);
        progress.extra('sims/s', Math.round(simulations / ((performance.now() - startMs) / 1000)));
        lines.splice(
          0,
          lines.length,
          ...plan.spec.opponents.map(({ id }, i) => {
            const score = scores[i];
            return `${id}  ${score?.wins ?? 0} of ${score?.games ?? 0} won`;
          }),
        );
      },
      onLost(error, games) {
        progress.log(`a worker died (${error.message}); playing its ${games.length} games again`);
      },
    }).finally(() => {
      progress.finish();
      store?.close();
    });
    if (job.state !== undefined) await recordFacts(job.state, facts);
    await Promise.all(pending);
    return report;
  } catch (error) {
    await Promise.allSettled(pending);
    throw error;
  }
}

async function recordFacts(path: string, facts: readonly MatchRecord[]): Promise<void> {
  if (facts.length > 0) await withState(path, ({ results }) => recordMatches(results, facts));
}
