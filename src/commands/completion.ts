/** `rr completion`: a script that teaches a shell the commands and flags. */
import { Args } from '@oclif/core';
import { type Outcome, RrCommand } from './cli/base.ts';
import { bashCompletion } from './cli/reference/bash.ts';
import { fishCompletion } from './cli/reference/fish.ts';
import { commandSpecs } from './cli/reference/spec.ts';
import { zshCompletion } from './cli/reference/zsh.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export default class Completion extends RrCommand {
  static override description = 'Prints the script; the first lines of it say where it belongs.';

  static override examples = [
    'rr completion bash > rr.bash',
    'rr completion zsh > _rr',
    'rr completion fish > rr.fish',
  ];

  static override args = {
    shell: Args.option({ options: SHELLS })({ description: `shell: ${SHELLS.join(', ')}`, required: true }),
  };

  protected async execute(): Promise<Outcome> {
    const { args } = await this.parse(Completion);
    const { commands, topics } = this.catalogue;
    process.stdout.write(SCRIPTS[args.shell](await commandSpecs(commands), topics));
    return undefined;
  }
}
