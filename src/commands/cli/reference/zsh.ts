/** `rr completion zsh`: a function for a folder of $fpath, with the descriptions of help. */
import { quoteWord } from '../../../io/shell.ts';
import type { Catalogue } from '../base.ts';
import { type CommandSpec, type FlagSpec, nextWords } from './spec.ts';
import { flagValues } from './values.ts';

export function zshCompletion(specs: readonly CommandSpec[], topics: Catalogue['topics']): string {
  const next = [...nextWords(specs, topics)].map(([before, words]) => {
    const lines = words.map(({ word, purpose }) => `        ${quoteWord(`${word}:${purpose}`)}`);
    return `    '${before}') words_of=(\n${lines.join('\n')}\n      ) ;;`;
  });
  const commands = specs.map((spec) => {
    const flags = spec.flags.flatMap(flagLines).map((line) => `        ${line}`);
    return `    '${spec.name}')\n      _arguments -S \\\n${[...flags, "        '*:file:_files'"].join(' \\\n')} ;;`;
  });
  return `#compdef rr
# rr completion zsh > ~/.zfunc/_rr   (with ~/.zfunc in $fpath before compinit)
_rr() {
  local command='' taken=1
  local -a words_of
  while ((taken < CURRENT - 0 && taken < 3)); do
    local longer="\${command:+$command }\${words[taken + 1]}"
    case "$longer" in
${[...new Set(specs.flatMap(({ name }) => [name, name.split(' ')[0] ?? name]))].map((name) => `      '${name}') ;;`).join('\n')}
      *) break ;;
    esac
    ((taken + 1 < CURRENT)) || break
    command=$longer
    ((taken++))
  done
  case "$command" in
${next.join('\n')}
  esac
  if ((\${#words_of} && CURRENT == taken + 1)) && [[ \${words[CURRENT]} != -* ]]; then
    _describe 'command' words_of
    return
  fi
  # what follows the command's name is completed as if it stood alone
  shift $((taken - 1)) words
  ((CURRENT -= taken - 1))
  case "$command" in
${commands.join('\n')}
  esac
}
if [[ $funcstack[1] == _rr ]]; then _rr "$@"; else compdef _rr rr; fi
`;
}

function flagLines(flag: FlagSpec): string[] {
  const { name, description, value, negatable } = flag;
  const values = flagValues(flag);
  const action = value === undefined ? '' : `:${value.toLowerCase()}:${values ? `(${values.join(' ')})` : '_files'}`;
  const text = description.replace(/[[\]]/g, '\\$&').replaceAll(':', '\\:');
  const own = quoteWord(`--${name}${value === undefined ? '' : '='}[${text}]${action}`);
  return negatable ? [own, quoteWord(`--no-${name}[not\\: ${text}]`)] : [own];
}
