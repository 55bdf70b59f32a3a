/** Programs on a pseudo-terminal, driven by test/terminal.py: Node has none of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment, REPO_ROOT, RR, run } from './run.ts';

export const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

/** Says why the tests that need a terminal are skipped. */
export function noteMissingTerminal(): void {
  if (!hasPython) console.log('skipped: no python3 on this machine to make a pseudo-terminal');
}

export interface Session {
  /** [text to wait for, what to type then]; the last pair repeats until the program ends. */
  readonly script: readonly (readonly [string, string])[];
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
}

/** `rr` on a terminal; `output` is everything it wrote, escape sequences included. */
export async function rrOnTerminal(
  args: readonly string[],
  session: Session,
): Promise<{ status: number; output: string }> {
  const { script, columns = 100, rows = 40, cwd = REPO_ROOT } = session;
  const job = { command: [process.execPath, RR, ...args], columns, rows, script };
  const { stdout, stderr } = await run('python3', [join(REPO_ROOT, 'test', 'terminal.py')], {
    cwd,
    env: cleanEnvironment(),
    input: JSON.stringify(job),
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
