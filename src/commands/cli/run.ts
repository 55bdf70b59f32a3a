/** Loads one command, runs it, and turns the way it ended into an exit status. */
import { type ExitCode, RrError } from '../../core/errors.ts';
import type { Catalogue, CommandEntry, RrCommandClass } from './base.ts';
import { report } from './failure.ts';
import { asksForHelp, helpWidth } from './help-pages.ts';
import { commandHelp, oclifConfig } from './oclif.ts';
import { StopWatch } from './stop.ts';

export async function runCommand(
  entry: CommandEntry,
  argv: readonly string[],
  catalogue: Catalogue,
): Promise<ExitCode> {
  const logJson = argv.includes('--log-json');
  const context = { command: entry.name, logJson };
  // A stream that fails outside any await still ends the command with one line.
  const onStray = (thrown: unknown): void => process.exit(report(thrown, context));
  process.on('uncaughtException', onStray);
  process.on('unhandledRejection', onStray);
  // Nobody reads the log any more: no reason to stop working.
  process.stderr.on('error', () => {});

  const stop = new StopWatch((exit) => process.exit(exit));
  try {
    refuseForeignBytes(argv);
    const { default: CommandClass } = await entry.load();
    if (asksForHelp(argv)) return await printHelp(entry, CommandClass);
    const command = new CommandClass(argv, { name: entry.name, config: oclifConfig(), stop, catalogue });
    const exit = await exitOf(command.run(), stop, context);
    await command.ended(exit);
    return command.globals.okCodes.includes(exit) ? 0 : exit;
  } catch (thrown) {
    return report(thrown, context);
  } finally {
    stop.dispose();
  }
}

/** A command that was asked to stop ends with the status of that request, unless it failed for another reason. */
async function exitOf(
  running: Promise<ExitCode | undefined>,
  stop: StopWatch,
  context: { command: string; logJson: boolean },
): Promise<ExitCode> {
  try {
    const exit = await running;
    // A reader that left early takes nothing away from what the command found out.
    if (stop.request?.cause === 'downstream') return exit ?? 0;
    return stop.request?.exit ?? exit ?? 0;
  } catch (thrown) {
    // Whatever was listening to the signal says AbortError, not why.
    const aborted = thrown instanceof Error && thrown.name === 'AbortError';
    return report(aborted ? (stop.request ?? thrown) : thrown, context);
  }
}

/** Node puts a replacement character for such bytes: a file of another name would be read or made. @throws RrError USAGE */
function refuseForeignBytes(argv: readonly string[]): void {
  const word = argv.find((text) => text.includes('\ufffd'));
  if (word === undefined) return;
  throw new RrError('USAGE', {
    detail: `'${word}' holds bytes that are not UTF-8; rename the file, or set a UTF-8 locale`,
  });
}

async function printHelp(entry: CommandEntry, CommandClass: RrCommandClass): Promise<ExitCode> {
  const width = helpWidth(process.stdout.columns);
  process.stdout.write(commandHelp(entry.name, entry.purpose, CommandClass, width));
  return 0;
}
