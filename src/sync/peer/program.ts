/** Output of a program of this machine. */

/** Longest answer that is taken. Characters. */
const MAX_OUTPUT = 2 ** 20;

/** Stdout of the program; undefined when there is none, or it failed or took too long. */
export async function outputOf(
  file: string,
  args: readonly string[],
  { timeoutMs = 0 }: { readonly timeoutMs?: number } = {},
): Promise<string | undefined> {
  // takes its time to load, and most syncs ask no program
  const { execa } = await import('execa');
  const { stdout, failed } = await execa(file, args, {
    stdin: 'ignore',
    timeout: timeoutMs,
    maxBuffer: MAX_OUTPUT,
    stripFinalNewline: false,
    reject: false,
  });
  return failed ? undefined : stdout;
}
