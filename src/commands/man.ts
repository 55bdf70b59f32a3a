/** `rr man`: the manual, from the same source as --help. */
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { RrError } from '../core/errors.ts';
import { nearestHint } from '../core/nearest.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { commandPage, overviewPage, pageName } from './cli/reference/man.ts';
import { type CommandSpec, commandSpecs } from './cli/reference/spec.ts';

export default class Man extends RrCommand {
  static override description = 'Prints a manual page in the format of man(1), or writes all of them into a folder.';

  static override examples = ['rr man > rr.1', 'rr man config show | man -l -', 'rr man --out man1'];

  static override args = {
    command: Args.string({ description: 'command whose page to print, one word or two' }),
  };

  static override strict = false;

  static override flags = {
    out: Flags.string({ description: 'write all pages into this folder', helpValue: 'DIR' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Man);
    const command = argv.join(' ');
    if (flags.out !== undefined && command !== '') {
      throw new RrError('USAGE', { detail: '--out writes all pages; leave the command out' });
    }
    const specs = await commandSpecs(this.catalogue.commands);
    if (flags.out !== undefined) {
      await writeFileAtomic(join(flags.out, 'rr.1'), overviewPage(specs));
      for (const spec of specs) await writeFileAtomic(join(flags.out, `${pageName(spec.name)}.1`), commandPage(spec));
      return undefined;
    }
    process.stdout.write(command === '' ? overviewPage(specs) : commandPage(named(specs, command)));
    return undefined;
  }
}

function named(specs: readonly CommandSpec[], name: string): CommandSpec {
  const found = specs.find((spec) => spec.name === name);
  if (found) return found;
  const names = specs.map((spec) => spec.name);
  throw new RrError('UNKNOWN_COMMAND', { command: name, hint: nearestHint(name, names) });
}
