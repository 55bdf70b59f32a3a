/** Output of a program of this machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Stdout of the program; undefined when there is none, or it failed or took too long. */
export async function outputOf(
  file: string,
  args: readonly string[],
  { timeoutMs = 0 }: { readonly timeoutMs?: number } = {},
): Promise<string | undefined> {
  try {
    return (await run(file, args, { timeout: timeoutMs })).stdout;
  } catch {
    return undefined;
  }
}
