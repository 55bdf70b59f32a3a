/** Entry point: answers --version and --help itself, and loads nothing but the one command that was asked for. */
import { leave } from './cli/leave.ts';
import { quickAnswer } from './cli/quick-answer.ts';
import { resolveCommand } from './cli/resolve.ts';
import { CATALOGUE, COMMANDS } from './table.ts';

/** Runs `rr` with these arguments and ends the process with the command's exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  // `rr --help | head -1`: a reader that leaves is no error. Writers of records learn of it on their own; what else
  // could not be written is told at the end (leave.ts).
  process.stdout.on('error', () => {});
  silenceRuntime();
  const answer = quickAnswer(argv, process.stdout.columns, CATALOGUE);
  if (argv[0] === '--licenses') return printLicenses(argv.includes('--log-json'));
  const request = resolveCommand(argv, COMMANDS);
  if (answer !== undefined || request.kind === 'help') {
    process.stdout.write(answer ?? '');
    return leave(0);
  }
  if (request.kind === 'error') {
    const { report } = await import('./cli/failure.ts');
    return leave(report(request.error, { command: request.command, logJson: argv.includes('--log-json') }));
  }
  const { runCommand } = await import('./cli/run.ts');
  return leave(await runCommand(request.entry, request.argv, CATALOGUE));
}

/**
 * The inference runtime reports its use to its maker unless this is set before its library is loaded: it looks up a
 * host, keeps a device id in the user's cache and writes a log in the temporary folder. Set here, on the main thread,
 * it holds for every worker thread and child process.
 */
function silenceRuntime(): void {
  process.env.ORT_DISABLE_TELEMETRY = '1';
}

async function printLicenses(logJson: boolean): Promise<never> {
  try {
    const { licenses } = await import('./cli/licenses.ts');
    process.stdout.write(licenses());
    return leave(0);
  } catch (error) {
    const { report } = await import('./cli/failure.ts');
    return leave(report(error, { command: '', logJson }));
  }
}
