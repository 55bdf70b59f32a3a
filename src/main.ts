/** Entry point: answers --version and --help itself, and loads nothing but the one command that was asked for. */
import { asksForHelp, preparedHelp } from './commands/help-pages.ts';
import { leave } from './commands/leave.ts';
import { resolveCommand } from './commands/resolve.ts';
import { VERSION } from './version.ts';

/** Runs `rr` with these arguments and ends the process with the command's exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  // `rr --help | head -1`: a reader that leaves is no error. Writers of records learn of it on their own.
  process.stdout.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error;
  });
  const first = argv[0];
  if (first === '--version' || first === '-V' || first === 'version') {
    process.stdout.write(`rr ${VERSION}\n`);
    return leave(0);
  }
  const request = resolveCommand(argv);
  switch (request.kind) {
    case 'help': {
      const { overview } = await import('./commands/overview.ts');
      process.stdout.write(overview(request.topic));
      return leave(0);
    }
    case 'error': {
      const { report } = await import('./commands/failure.ts');
      return leave(report(request.error, { command: request.command, logJson: argv.includes('--log-json') }));
    }
    case 'command': {
      const page = asksForHelp(request.argv) ? preparedHelp(request.entry.name, process.stdout.columns) : undefined;
      if (page !== undefined) {
        process.stdout.write(page);
        return leave(0);
      }
      const { runCommand } = await import('./commands/run.ts');
      return leave(await runCommand(request.entry, request.argv));
    }
  }
}
