/** Is what jobs.yaml promises done: in time, well, and not twice at once? */
import { hostname } from 'node:os';
import { jobsPath, loadJobs } from '../cluster/schedule/jobs-file.ts';
import { standingOf } from '../cluster/schedule/standing.ts';
import { dataPaths } from '../io/paths.ts';
import { readState } from '../state/open.ts';
import type { Finding } from './check.ts';

/** @param root value of --data; @param file value of --jobs; @throws RrError as loadJobs */
export async function jobFindings(root: string | undefined, file: string, nowMs: number): Promise<Finding[]> {
  const jobs = loadJobs(jobsPath(file));
  const runs = await readState(dataPaths(root).state, (state) => state.runs.find());
  const here = runs.filter(({ host }) => host === hostname());
  return jobs.map((job) => {
    const { problems, last } = standingOf(job, here, nowMs);
    const check = `job ${job.name}`;
    if (problems.length === 0) return { check, status: 'ok', found: last };
    const mend = `rr jobs ls --command '${job.command[0] ?? ''}' --since 7d`;
    return { check, status: 'broken', found: problems.join('; '), mend };
  });
}
