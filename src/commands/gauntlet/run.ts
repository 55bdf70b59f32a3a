/** What the commands that play a gauntlet show of it. */
import { driveGauntlet, type GauntletJob } from '../../arena/gauntlet/drive.ts';
import type { GauntletReport } from '../../arena/gauntlet/run-gauntlet.ts';
import { formatNumber } from '../../core/format.ts';
import type { ShowProgress } from '../../core/progress.ts';
import { quoteArgv } from '../../io/shell.ts';
import { verdictColumns } from './columns.ts';

/** Where a gauntlet shows itself: what the command that runs it has to offer. */
export interface GauntletFace {
  readonly signal: AbortSignal;
  /** The command as typed, for the line that says how to go on. */
  readonly typed: readonly string[];
  /** Takes every record, header and summary included; undefined when stdout is for people. */
  readonly write: ((record: { readonly type: string }) => Promise<void>) | undefined;
  readonly progress: ShowProgress;
  readonly say: (text: string) => void;
  /** A line for people on stderr. */
  readonly hint: (text: string) => void;
  readonly color: boolean;
}

export type GauntletCommandJob = GauntletFace & GauntletJob;

export async function gauntletCommand(job: GauntletCommandJob): Promise<GauntletReport> {
  const report = await driveGauntlet(job);
  const { renderTable } = await import('../cli/render.ts');
  job.say(renderTable(report.verdicts, verdictColumns, { color: job.color, width: process.stdout.columns }));
  job.say(
    `${formatNumber(report.played)} games in ${formatNumber(report.seconds)} s, ${Math.round(report.simulations / report.seconds)} simulations/s`,
  );
  if (job.signal.aborted) job.hint(howToResume(job, job.plan.spec.seed));
  return report;
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
  return `to continue: rr ${quoteArgv(words)}`;
}
