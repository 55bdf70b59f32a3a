/** Programs of the system that work on other machines goes through. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Finding } from './check.ts';

export function toolFindings(env: NodeJS.ProcessEnv = process.env): Finding[] {
  return [
    tool('rsync', env, 'moves files to and from other machines', 'apt-get install rsync'),
    tool('sbatch', env, 'submits Slurm jobs', 'run rr on a login node of the cluster'),
  ];
}

function tool(name: string, env: NodeJS.ProcessEnv, use: string, fix: string): Finding {
  const file = (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (file !== undefined) return { check: name, status: 'ok', found: file };
  return { check: name, status: 'note', found: `not on PATH (${use})`, fix };
}
