/**
 * What every command of `rr` has in common: the global flags, the signal it polls, where its records go, and how it
 * ends. A command file declares its flags and implements `execute`; it never touches process.exit, stdout or signals.
 */
import { Command, type Interfaces } from '@oclif/core';
import { type ExitCode, RrError } from '../../core/errors.ts';
import { printablePainted } from '../../core/printable.ts';
import { type StreamLimits, setStreamLimits } from '../../io/ndjson/limits.ts';
import type { RecordWriter } from '../../io/ndjson/writer.ts';
import type { DataPaths } from '../../io/paths.ts';
import type { Event } from '../../state/store/event.ts';
import type { EventFacts, EventType } from '../../state/store/event-types.ts';
import { type GlobalOptions, globalFlags, globalOptions } from './global-flags.ts';
import type { Group } from './groups.ts';
import { says } from './log-level.ts';
import { note } from './note.ts';
import { Progress, type ProgressOptions, progressStyle, type Work } from './progress.ts';
import type { Recorded } from './recorded.ts';
import type { Column } from './render.ts';
import type { StopWatch } from './stop.ts';
import { usageError } from './usage.ts';

type FlagValues = Interfaces.OutputFlags<Interfaces.FlagInput>;
type ArgValues = Interfaces.OutputArgs<Interfaces.ArgInput>;

/** What execute() answers: an exit status, or nothing for 0. */
export type Outcome = ExitCode | undefined;

export abstract class RrCommand extends Command {
  static override baseFlags = globalFlags;

  /** The name as typed (`db stats`). */
  protected readonly commandName: string;
  protected readonly stop: StopWatch;
  /** All commands of the program, for those that speak of others. */
  protected readonly catalogue: Catalogue;
  #globals: GlobalOptions = globalOptions({}, process, {});
  #recorded: Recorded | undefined;
  /** Why the run is not recorded, while nobody has been told. */
  #withheld: unknown;
  readonly #facts: Event[] = [];
  #records: RecordWriter | undefined;

  constructor(argv: readonly string[], context: CommandContext) {
    super([...argv], context.config);
    this.commandName = context.name;
    this.stop = context.stop;
    this.catalogue = context.catalogue;
  }

  /**
   * Flags that may stand without a value, with the value they then have: `{db: ''}` lets a bare `--db` mean
   * "all of them" although the flag takes a file.
   */
  protected get bareFlags(): Readonly<Record<string, string>> {
    return {};
  }

  /** The command itself. Thrown errors become one line and an exit status. */
  protected abstract execute(): Promise<Outcome>;

  async run(): Promise<Outcome> {
    try {
      const outcome = await this.execute();
      await this.#records?.flush();
      return outcome;
    } catch (thrown) {
      // What went wrong first is what counts, so a pipe that also closed must not hide it.
      await this.#records?.flush().catch(() => {});
      throw thrown;
    }
  }

  /**
   * Leaves a row of this run in the state store, so that others see it at work and its end. A store that cannot be
   * written keeps nothing from working: readers may have none.
   */
  protected async recordRun(
    paths: DataPaths,
    { config, make = false, needed = false, onlyLast = false }: RecordedAs,
  ): Promise<void> {
    const { recordRun } = await import('./recorded.ts');
    const work = { command: this.commandName, argv: this.argv, config, make: make || needed, onlyLast };
    this.#recorded = await recordRun(paths, work).catch((error: unknown) => {
      if (!needed) return this.#unrecorded(error);
      // the command will say it itself, or ends well all the same
      this.#withheld = error;
      return undefined;
    });
  }

  /** Keeps a fact for the log of events; it is written with the end of the run. */
  protected async tell<T extends EventType>(type: T, facts: EventFacts<T>, config?: string): Promise<void> {
    const [{ makeEvent }, { hostname }, { traceId }] = await Promise.all([
      import('../../state/store/event.ts'),
      import('node:os'),
      import('./recorded.ts'),
    ]);
    this.#facts.push(makeEvent({ type, at: Date.now(), host: hostname(), config, trace: traceId(), facts }));
  }

  /** Id of the run's row; undefined where none is kept. */
  protected get runId(): string | undefined {
    return this.#recorded?.run;
  }

  /** Called once, with the status that the process leaves with. */
  async ended(exit: number): Promise<void> {
    if (this.#withheld !== undefined && exit === 0) this.#unrecorded(this.#withheld);
    await this.#recorded?.end(exit, this.#facts).catch((error: unknown) => this.#unrecorded(error));
  }

  #unrecorded(error: unknown): undefined {
    if (!(error instanceof RrError)) throw error;
    this.note(`this run is not recorded: ${error.message}`);
  }

  /** Global flags with their defaults; valid once `parse` has run. */
  get globals(): GlobalOptions {
    return this.#globals;
  }

  /** True once the command should stop taking work. */
  protected get stopping(): boolean {
    return this.stop.signal.aborted;
  }

  /** Parses this command's flags; usage errors name the nearest flag. Call it first: `await this.parse(TheClass)`. */
  protected override async parse<F extends FlagValues, B extends FlagValues, A extends ArgValues>(
    options?: Interfaces.Input<F, B, A>,
    argv: string[] = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const spec = options ?? this.ctor;
    // The parser would otherwise read stdin to fill a missing argument, and eat the records meant for the command.
    for (const arg of Object.values(spec.args ?? {})) arg.ignoreStdin = true;
    refuseEmpty(argv);
    try {
      const parsed = await super.parse(options, withBareFlags(argv, this.bareFlags));
      const values: FlagValues = parsed.flags;
      this.#globals = globalOptions(values);
      this.stop.graceSeconds = this.#globals.graceSeconds;
      setStreamLimits(configuredLimits);
      await this.#nameUnread();
      return parsed;
    } catch (thrown) {
      const names = Object.keys({ ...spec.flags, ...RrCommand.baseFlags });
      throw usageError(thrown, this.commandName, names);
    }
  }

  /** One line about upstream's variables that do nothing here, so that nobody waits for their effect. */
  async #nameUnread(): Promise<void> {
    if (!Object.keys(process.env).some((name) => /^(RINGRIFT|AI_SERVICE)_/.test(name))) return;
    const { unreadVariables } = await import('../../config/upstream-variables.ts');
    const names = unreadVariables(process.env);
    if (names.length > 0) this.note(`not read: ${names.join(', ')} (docs/from-ringrift.md says what to use instead)`);
  }

  /** The record stream on stdout; opened on first use and flushed when the command ends. */
  protected async records(): Promise<RecordWriter> {
    if (!this.#records) {
      const { RecordWriter } = await import('../../io/ndjson/writer.ts');
      this.#records = RecordWriter.toStream(process.stdout, () => this.stop.stop('downstream'));
    }
    return this.#records;
  }

  /** True when progress is drawn on a terminal. */
  protected get live(): boolean {
    return progressStyle(this.#globals.logJson) === 'live';
  }

  /** Progress on stderr in the style that fits; call finish() on it whatever happens. */
  protected progress(work: Work, details?: ProgressOptions['details']): Progress {
    const { logJson, logColor, logLevel } = this.#globals;
    const style = says(logLevel, 'info') ? progressStyle(logJson) : 'none';
    return new Progress(work, { style, color: logColor, ...(details ? { details } : {}) });
  }

  /** A line on stderr about something that did not stop the command. */
  protected note(message: string): void {
    if (!says(this.#globals.logLevel, 'warning')) return;
    note(message, { command: this.commandName, logJson: this.#globals.logJson });
  }

  /** Writes text for people to stdout, our own colours and nothing else that steers a terminal; nothing when stdout carries records. */
  protected say(text: string): void {
    if (this.#globals.format === 'table') process.stdout.write(`${printablePainted(text)}\n`);
  }

  /** Writes rows for people to stdout, as an aligned table. */
  protected async table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> {
    // the libraries that measure text take their time to load, and most commands print no table
    const { renderTable } = await import('./render.ts');
    this.say(renderTable(rows, columns, { color: this.#globals.color, width: process.stdout.columns }));
  }

  /** Rows as an aligned table for people, or as records of `type` between a header and a summary. */
  protected async present<Row extends object>(report: Presentation<Row>): Promise<void> {
    if (this.#globals.format === 'table') {
      if (report.rows.length === 0) return this.say(report.none ?? 'none');
      return this.table(report.rows, report.columns);
    }
    const { header } = await import('../../io/ndjson/header.ts');
    const writer = await this.records();
    await writer.write(header({ command: this.commandName, ...report.header }));
    for (const row of report.rows) await writer.write({ type: report.type, ...row });
    await writer.write({ type: 'summary', command: this.commandName, ...report.summary });
  }
}

/** How a run is recorded; see RecordedWork. */
interface RecordedAs {
  readonly config?: string | undefined;
  readonly make?: boolean;
  /** The command cannot work without the state store: it is made, and what keeps it from that is said by the command's own work. */
  readonly needed?: boolean;
  readonly onlyLast?: boolean;
}

export interface Presentation<Row extends object> {
  /** Record type of a row. */
  readonly type: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What people read when there are no rows. */
  readonly none?: string;
  /** Further fields of the header and the summary. */
  readonly header?: object;
  readonly summary?: object;
}

export interface CommandContext {
  readonly name: string;
  readonly config: Command['config'];
  readonly stop: StopWatch;
  readonly catalogue: Catalogue;
}

/** A concrete command class, as the table loads it. */
export type RrCommandClass = (new (
  argv: readonly string[],
  context: CommandContext,
) => RrCommand) &
  Pick<typeof RrCommand, 'args' | 'flags' | 'baseFlags' | 'description' | 'examples' | 'usage' | 'strict'>;

/** A command in the list of all. The list itself is table.ts, which nothing that it lists may import. */
export interface CommandEntry {
  /** As typed, words separated by one space: `db stats`. */
  readonly name: string;
  readonly group: Group;
  /** One line, without a full stop. */
  readonly purpose: string;
  readonly load: () => Promise<{ readonly default: RrCommandClass }>;
}

export interface Catalogue {
  readonly commands: readonly CommandEntry[];
  /** First words that hold several commands, with their purpose. */
  readonly topics: Readonly<Record<string, string>>;
}

/**
 * `--out "$NAME"` with a NAME that is not set: SQLite would take '' for a database of its own. What stands behind `--`
 * is another command's business. @throws RrError USAGE
 */
function refuseEmpty(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const ours = end === -1 ? argv : argv.slice(0, end);
  const at = ours.findIndex((word) => word === '' || /^--[\w-]+=$/.test(word));
  if (at === -1) return;
  const flag = [ours[at], ours[at - 1]].find((word) => word?.startsWith('--'))?.replace(/=$/, '');
  throw new RrError('USAGE', { detail: `${flag ?? 'an argument'} is empty: is a variable of the shell not set?` });
}

/** `--db --limit 3` → `--db= --limit 3` for the flags that may stand bare. */
export function withBareFlags(argv: readonly string[], bare: Readonly<Record<string, string>>): string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) => {
    const value = word.startsWith('--') ? bare[word.slice(2)] : undefined;
    if (value === undefined || (end !== -1 && index > end)) return word;
    const next = argv[index + 1];
    return next === undefined || (next.startsWith('-') && next !== '-') ? `${word}=${value}` : word;
  });
}

/** Settings are read when a stream is opened: most commands open none. */
async function configuredLimits(): Promise<StreamLimits> {
  const { resolveSettings } = await import('../../config/settings.ts');
  const { settings } = resolveSettings('streams');
  return { lineBytes: settings['max-line-mb'] * 2 ** 20, unpackedBytes: settings['max-unpacked-gb'] * 2 ** 30 };
}
