/** Kills a command at the n-th call that changes a file, or makes the call fail, and looks at what comes of it. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argsIn, COMMANDS, type Command } from './commands.ts';
import { contents, leftovers } from './contents.ts';
import { type Ended, type Injected, type Injection, runInjected } from './run.ts';
import { differences, lossesIn } from './told.ts';

/** A command run to its end. */
export interface Whole {
  readonly calls: number;
  readonly status: number | undefined;
  readonly contents: readonly string[];
}

export class Injector {
  readonly #library: string;
  readonly #template: string;
  readonly #folder: string;
  #copies = 0;

  /** @param library injectLibrary() @param template folder of makeTemplate() @param folder for copies of it */
  constructor(library: string, template: string, folder: string) {
    this.#library = library;
    this.#template = template;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Runs `work` with fresh copies of what the command uses. */
  async inCopy<T>(name: string, work: (copy: string) => Promise<T>): Promise<T> {
    const copy = join(this.#folder, `copy-${process.pid}-${this.#copies++}`);
    mkdirSync(join(copy, 'tmp'), { recursive: true });
    for (const used of command(name).uses ?? [])
      cpSync(join(this.#template, used), join(copy, used), { recursive: true });
    try {
      return await work(copy);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  /** Runs the command with every call, those of its stdout into the file `told` among them, written to `log`. */
  record(copy: string, name: string, log: string, told: string): Promise<Ended> {
    return this.#run(copy, command(name), { root: copy, log }, { told: join(copy, told) });
  }

  #run(
    copy: string,
    { args, again = [], env = {} }: Command,
    what: Injected,
    { isAgain = false, told = '' } = {},
  ): Promise<Ended> {
    const words = argsIn(copy, isAgain ? [...args, ...again] : args);
    return runInjected(this.#library, words, what, { env: { ...env, TMPDIR: join(copy, 'tmp') }, told });
  }

  /** What the command does when nothing happens to it. */
  whole(name: string): Promise<Whole> {
    return this.inCopy(name, async (copy) => {
      const { status, calls, stderr } = await this.#run(copy, command(name), { root: copy });
      const left = leftovers(copy);
      if (left.length > 0) throw new Error(`${name}: left over without a kill: ${left.join(' ')} ${stderr}`);
      return { calls, status, contents: await contents(copy) };
    });
  }

  /** Hits one call, looks at what is left, runs the command again, and looks again. Problems, none when all is well. */
  hit(name: string, whole: Whole, at: number, kind: Injection): Promise<string[]> {
    return this.inCopy(name, async (copy) => {
      const problems: string[] = [];
      const first = await this.#run(copy, command(name), { root: copy, at, kind });
      if (first.hung) problems.push('hangs');
      if (kind !== 'kill' && kind !== 'torn') problems.push(...failure(first, whole));
      problems.push(...(await lossesIn(copy, first.stdout, whole.contents)));
      const rerun = await this.#run(copy, command(name), { root: copy }, { isAgain: true });
      const right = [whole.status, ...(command(name).done ?? [])];
      if (!right.includes(rerun.status)) problems.push(`again: ${rerun.status} ${rerun.stderr.trim().slice(-300)}`);
      problems.push(...differences('again', whole.contents, await contents(copy)));
      const left = leftovers(copy);
      if (left.length > 0) problems.push(`left over: ${left.join(' ')}`);
      return problems;
    });
  }
}

/** A call that failed is either made up for, or told with the status of a disk that may be well later. */
function failure({ status, stderr }: Ended, whole: Whole): string[] {
  const said = stderr.trim().slice(-300);
  if (/bug in rr|\n +at /.test(stderr)) return [`bug: ${said}`];
  return status === whole.status || status === 75 ? [] : [`status ${status}: ${said}`];
}

function command(name: string): Command {
  const found = COMMANDS[name];
  if (!found) throw new Error(`no command '${name}'; there are ${Object.keys(COMMANDS).join(', ')}`);
  return found;
}
