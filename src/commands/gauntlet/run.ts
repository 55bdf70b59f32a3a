/** Carries out a planned gauntlet: records on stdout, games into the database, results into the state database. */
import { availableParallelism } from 'node:os';
import { type MatchRecord, matchSchema } from '../../arena/gauntlet/records.ts';
import { type GauntletPlan, type GauntletReport, runGauntlet, totalGames } from '../../arena/gauntlet/run-gauntlet.ts';
import { GauntletStore } from '../../arena/gauntlet/store.ts';
import type { Computing } from '../../arena/match/computing.ts';
import { recordMatches } from '../../arena/ratings/facts.ts';
import { StateDb } from '../../state/database.ts';
import type { Progress, ProgressOptions, Work } from '../cli/progress.ts';
import { formatNumber, renderTable } from '../cli/render.ts';
import { verdictColumns } from './columns.ts';

/** Where a gauntlet shows itself: what the command that runs it has to offer. */
export interface GauntletFace {
  readonly signal: AbortSignal;
  /** The command as typed, for the line that says how to go on. */
  readonly typed: readonly string[];
  /** Takes every record, header and summary included; undefined when stdout is for people. */
  readonly write: ((record: { readonly type: string }) => Promise<void>) | undefined;
  readonly progress: (work: Work, details?: ProgressOptions['details']) => Progress;
  readonly say: (text: string) => void;
  /** A line for people on stderr. */
  readonly hint: (text: string) => void;
  readonly color: boolean;
}

export interface GauntletCommandJob extends GauntletFace {
  readonly plan: GauntletPlan;
  readonly database: string | undefined;
  readonly resume: boolean;
  readonly workers: number;
  readonly computing: Computing;
  /** State database that takes the results; none when undefined. */
  readonly state: string | undefined;
}

export async function gauntletCommand(job: GauntletCommandJob): Promise<GauntletReport> {
  const { plan, write, signal } = job;
  // where the results go has to be known before they are played
  if (job.state !== undefined) StateDb.open(job.state).close();
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
      onProgress({ games, simulations, standings }) {
        progress.update(games);
        progress.extra('sims/s', Math.round(simulations / ((performance.now() - startMs) / 1000)));
        lines.splice(
          0,
          lines.length,
          ...plan.spec.opponents.map(({ id }, i) => {
            const standing = standings[i];
            return `${id}  ${standing?.wins ?? 0} of ${standing?.games ?? 0} won`;
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
    if (job.state !== undefined) recordFacts(job.state, facts);
    await Promise.all(pending);
    job.say(renderTable(report.verdicts, verdictColumns, { color: job.color }));
    job.say(
      `${formatNumber(report.played)} games in ${formatNumber(report.seconds)} s, ${Math.round(report.simulations / report.seconds)} simulations/s`,
    );
    if (signal.aborted) job.hint(howToResume(job, plan.spec.seed));
    return report;
  } catch (error) {
    await Promise.allSettled(pending);
    throw error;
  }
}

function recordFacts(path: string, facts: readonly MatchRecord[]): void {
  if (facts.length === 0) return;
  const state = StateDb.open(path);
  try {
    recordMatches(state, facts);
  } finally {
    state.close();
  }
}

/** The command that plays what is left. */
function howToResume({ database, typed }: GauntletCommandJob, seed: number): string {
  if (database === undefined) {
    return 'stopped; without --out FILE.db the games are gone, only a gauntlet that keeps them can be continued';
  }
  const has = (flag: string): boolean => typed.some((word) => word === flag || word.startsWith(`${flag}=`));
  const words = [
    ...typed,
    ...(has('--seed') ? [] : ['--seed', String(seed)]),
    ...(has('--resume') ? [] : ['--resume']),
  ];
  return `to continue: rr ${words.map(quoted).join(' ')}`;
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
