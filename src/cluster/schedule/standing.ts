/** How a job stands, from the runs that were noted: in time, late, failing, overlapping itself, or taking too long. */
import { durationText } from '../../core/duration.ts';
import { type RunInfo, stateOfRun } from '../../state/store/runs.ts';
import type { Job } from './jobs-file.ts';

export interface Standing {
  readonly job: string;
  /** What is wrong, in one line each; none when all is well. */
  readonly problems: readonly string[];
  /** The last run in words. */
  readonly last: string;
}

/** @param runs of this machine, by start */
export function standingOf(job: Job, runs: readonly RunInfo[], nowMs: number): Standing {
  const mine = runs.filter((run) => isOf(job, run));
  const running = mine.filter((run) => stateOfRun(run, nowMs) === 'running');
  const ended = mine.filter((run) => stateOfRun(run, nowMs) !== 'running');
  return {
    job: job.name,
    problems: [...late(job, mine, running, nowMs), ...failing(job, ended), ...tooLong(job, running, nowMs)],
    last: lastOf(mine.at(-1), nowMs),
  };
}

/** A schedule adds flags of its own behind the words of the job. */
function isOf({ command }: Job, { argv }: RunInfo): boolean {
  const words: unknown = JSON.parse(argv);
  return Array.isArray(words) && command.every((word, index) => words[index] === word);
}

function late(job: Job, runs: readonly RunInfo[], running: readonly RunInfo[], nowMs: number): string[] {
  if (running.length > 0) return [];
  const last = runs.at(-1);
  if (last === undefined) return [`late: it has not run here yet, though it should every ${durationText(job.everyMs)}`];
  const since = nowMs - last.started_at;
  if (since <= job.everyMs + job.slackMs) return [];
  return [`late: the last start was ${durationText(since)} ago, it should start every ${durationText(job.everyMs)}`];
}

function failing(job: Job, ended: readonly RunInfo[]): string[] {
  const isGood = ({ exit }: RunInfo): boolean => exit !== null && job.okCodes.includes(exit);
  const lastGood = ended.findLastIndex(isGood);
  const bad = ended.slice(lastGood + 1);
  const last = bad.at(-1);
  if (last === undefined) return [];
  const how = last.exit === null ? 'was killed, or its machine went down' : `ended with ${last.exit}`;
  return [`failing: the last run ${how}${bad.length > 1 ? `, the ${bad.length} last ones did not end well` : ''}`];
}

function tooLong({ timeoutMs }: Job, running: readonly RunInfo[], nowMs: number): string[] {
  const [first] = running;
  if (first === undefined) return [];
  const overlap = running.length > 1 ? [`overlapping: ${running.length} runs are at work`] : [];
  const took = nowMs - first.started_at;
  const slow = timeoutMs !== undefined && took > timeoutMs;
  return slow
    ? [...overlap, `stuck: at work for ${durationText(took)}, longer than ${durationText(timeoutMs)}`]
    : overlap;
}

function lastOf(run: RunInfo | undefined, nowMs: number): string {
  if (run === undefined) return 'no run yet';
  const ago = `started ${durationText(nowMs - run.started_at)} ago`;
  const state = stateOfRun(run, nowMs);
  if (state === 'running') return `${ago}, at work`;
  return run.exit === null ? `${ago}, lost` : `${ago}, ended with ${run.exit}`;
}
