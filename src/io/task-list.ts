/** Work shown as a list on stderr, one after another or side by side. stdout belongs to data and stays untouched. */
import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';
import { printable } from '../core/printable.ts';

export interface TaskListOptions {
  /** Draw on a terminal. */
  readonly live: boolean;
  /** Tasks at a time. */
  readonly maxParallel: number;
  /** The first failure ends the list. */
  readonly exitOnError: boolean;
  /** Rejects when the list is to be left as it is. */
  readonly interrupted?: Promise<never>;
}

/** Listr takes stdout for the screen and gives up when that is no terminal; here stderr is the screen. */
class StderrRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

/** Runs the tasks. Signals are the command's business: Listr would leave with 127 in the middle of the work. */
export async function runTaskList(
  tasks: readonly ListrTask[],
  { live, maxParallel, exitOnError, interrupted = new Promise<never>(() => {}) }: TaskListOptions,
): Promise<void> {
  const common = { concurrent: maxParallel > 1 ? maxParallel : false, exitOnError, registerSignalListeners: false };
  if (!live) {
    await Promise.race([new Listr([...tasks], { ...common, renderer: 'silent' }).run(), interrupted]);
    return;
  }
  const screen = new ProcessOutput(process.stderr, process.stderr, { leaveEmptyLine: false });
  const logger = new ListrLogger({ useIcons: true, processOutput: screen });
  const list = new Listr([...tasks], { ...common, renderer: StderrRenderer, rendererOptions: { logger } });
  try {
    await Promise.race([list.run(), interrupted]);
  } catch (error) {
    // gives back the cursor, and what others wrote to stderr meanwhile
    screen.release();
    throw error;
  }
}

/** How often a line of a task is replaced at most. Milliseconds. */
const SHOW_MS = 100;

export interface SideBySideOptions<T> {
  readonly title: (item: T) => string;
  readonly live: boolean;
  readonly maxParallel: number;
}

/**
 * The same work on many things, so many at a time. `work` resolves with why it failed, or with nothing; `show` sets the
 * line below its title. What it throws ends the whole at once: nothing further is begun.
 */
export async function sideBySide<T>(
  items: readonly T[],
  { title, live, maxParallel }: SideBySideOptions<T>,
  work: (item: T, show: (line: string) => void) => Promise<string | undefined>,
): Promise<void> {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  let ended = false;
  const tasks = items.map((item) => ({
    title: printable(title(item)),
    task: async (_context: unknown, task: { output: string }) => {
      if (ended) return;
      const failure = await work(
        item,
        throttled((line) => (task.output = printable(line))),
      ).catch((error: unknown) => {
        ended = true;
        reject(error);
        return 'stopped';
      });
      if (failure !== undefined) throw new Error(printable(failure));
    },
  }));
  await runTaskList(tasks, { live, maxParallel, exitOnError: false, interrupted });
}

function throttled(show: (line: string) => void): (line: string) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (line) => {
    const now = performance.now();
    if (now - lastMs < SHOW_MS) return;
    lastMs = now;
    show(line);
  };
}
