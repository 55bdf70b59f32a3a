/** Kills a command at the n-th call that changes a file, or makes the call fail, and looks at what comes of it. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { argsIn, COMMANDS, type Command } from './commands.ts';
import { contents, leftovers, missingFrom } from './contents.ts';
import { type Ended, type Injection, isComplete, runInjected } from './run.ts';

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
  async inCopy<T>({ uses = [] }: Command, work: (copy: string) => Promise<T>): Promise<T> {
    const copy = join(this.#folder, `copy-${process.pid}-${this.#copies++}`);
    mkdirSync(join(copy, 'tmp'), { recursive: true });
    for (const name of uses) cpSync(join(this.#template, name), join(copy, name), { recursive: true });
    try {
      return await work(copy);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  run(
    copy: string,
    { args, again = [], env = {}, input }: Command,
    at: number,
    kind: Injection,
    isAgain = false,
  ): Promise<Ended> {
    const words = argsIn(copy, isAgain ? [...args, ...again] : args);
    const options = { env: { ...env, TMPDIR: join(copy, 'tmp') }, ...(input === undefined ? {} : { input }) };
    return runInjected(this.#library, words, { root: copy, at, kind }, options);
  }

  /** What the command does when nothing happens to it. */
  whole(name: string): Promise<Whole> {
    return this.inCopy(command(name), async (copy) => {
      const { status, calls, stderr } = await this.run(copy, command(name), 0, 'kill');
      const left = leftovers(copy);
      if (left.length > 0) throw new Error(`${name}: left over without a kill: ${left.join(' ')} ${stderr}`);
      return { calls, status, contents: await contents(copy) };
    });
  }

  /** Hits one call, looks at what is left, runs the command again, and looks again. Problems, none when all is well. */
  hit(name: string, whole: Whole, at: number, kind: Injection): Promise<string[]> {
    return this.inCopy(command(name), async (copy) => {
      const problems: string[] = [];
      const first = await this.run(copy, command(name), at, kind);
      if (first.hung) problems.push('hangs');
      if (kind !== 'kill' && kind !== 'torn') problems.push(...failure(first, whole));
      problems.push(...(await this.#lookAt(copy, first, whole)));
      const rerun = await this.run(copy, command(name), 0, 'kill', true);
      const right = [whole.status, ...(command(name).done ?? [])];
      if (!right.includes(rerun.status)) problems.push(`again: ${rerun.status} ${rerun.stderr.trim().slice(-300)}`);
      problems.push(...differences('again', whole.contents, await contents(copy)));
      const left = leftovers(copy);
      if (left.length > 0) problems.push(`left over: ${left.join(' ')}`);
      return problems;
    });
  }

  /** Right after a kill everything opens, and what was told is there. */
  async #lookAt(copy: string, { stdout }: Ended, whole: Whole): Promise<string[]> {
    try {
      const found = await contents(copy);
      if (isComplete(stdout)) return differences('told and lost', whole.contents, found);
      const ids = stdout
        .split('\n')
        .slice(0, -1)
        .flatMap((line): string[] => {
          const record = JSON.parse(line);
          return record.type === 'stored' ? record.ids : [];
        });
      return ids
        .filter((id) => !found.some((line) => line.includes(`game ${id} `)))
        .map((id) => `stored and lost: ${id}`);
    } catch (error) {
      return [`does not open: ${String(error)}`];
    }
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

export function differences(when: string, wanted: readonly string[], found: readonly string[]): string[] {
  const [missing, more] = [missingFrom(wanted, found), missingFrom(found, wanted)];
  return [
    ...(missing.length > 0 ? [`${when}: missing ${missing.slice(0, 4).join('; ')}`] : []),
    ...(more.length > 0 ? [`${when}: too much ${more.slice(0, 4).join('; ')}`] : []),
  ];
}
