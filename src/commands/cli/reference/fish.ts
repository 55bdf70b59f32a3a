/** `rr completion fish`: one `complete` line per word and flag. */
import { quoteArgv, quoteWord } from '../../../io/shell.ts';
import type { Catalogue } from '../base.ts';
import { type CommandSpec, type FlagSpec, nextWords } from './spec.ts';
import { flagValues } from './values.ts';

export function fishCompletion(specs: readonly CommandSpec[], topics: Catalogue['topics']): string {
  const words = [...nextWords(specs, topics)].flatMap(([before, next]) =>
    next.map(({ word, purpose }) => `${after(before)} -f -a ${word} -d ${quoteWord(purpose)}`),
  );
  const flags = specs.flatMap(({ name, flags }) => flags.flatMap((flag) => flagLines(name, flag)));
  const names = [...nextWords(specs, topics).keys(), ...specs.map(({ name }) => name)];
  return `# rr completion fish > ~/.config/fish/completions/rr.fish
function __rr_command_is
    set -l typed (string match -v -- '-*' (commandline -opc))
    set -l name (string join ' ' $typed[2..3])
    # a command of one word has its arguments behind it
    contains -- "$name" ${quoteArgv(names)}
    or set name "$typed[2]"
    test "$name" = "$argv[1]"
end
${[...words, ...flags].join('\n')}
`;
}

/** The beginning of a line that counts behind these words. */
const after = (words: string): string => `complete -c rr -n '__rr_command_is "${words}"'`;

function flagLines(command: string, flag: FlagSpec): string[] {
  const { name, description, value, negatable } = flag;
  const values = flagValues(flag);
  const takes = value === undefined ? '' : values ? ` -x -a ${quoteWord(values.join(' '))}` : ' -r';
  const line = `${after(command)} -l ${name}${takes} -d ${quoteWord(description)}`;
  return negatable ? [line, `${after(command)} -l no-${name} -d ${quoteWord(`not: ${description}`)}`] : [line];
}
