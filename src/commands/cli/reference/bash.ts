/** `rr completion bash`: one function, bash 4 and newer. */
import type { Catalogue } from '../base.ts';
import { type CommandSpec, flagWords, nextWords } from './spec.ts';
import { flagValues } from './values.ts';

export function bashCompletion(specs: readonly CommandSpec[], topics: Catalogue['topics']): string {
  const next = [...nextWords(specs, topics)].map(
    ([before, words]) => `    '${before}') words='${words.map(({ word }) => word).join(' ')}' ;;`,
  );
  const flags = specs.map((spec) => `    '${spec.name}') flags='${flagWords(spec).join(' ')}' ;;`);
  const values = specs.flatMap((spec) =>
    spec.flags.flatMap((flag) => {
      const known = flagValues(flag);
      if (known?.length === 0) return [];
      return [`    '${spec.name} --${flag.name}') ${known ? `values='${known.join(' ')}'` : 'files=1'} ;;`];
    }),
  );
  return `# rr completion bash > /etc/bash_completion.d/rr   (or: source <(rr completion bash))
_rr() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' flags='' values='' files=''
  # the shell takes --flag=value apart at the sign
  if [[ $word == '=' ]]; then word=''; elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  local i
  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] && break
    case "\${command:+$command }\${COMP_WORDS[i]}" in
      ${prefixes(specs)}) command="\${command:+$command }\${COMP_WORDS[i]}" ;;
      *) break ;;
    esac
  done
  case "$command" in
${next.join('\n')}
  esac
  case "$command" in
${flags.join('\n')}
  esac
  case "$command $before" in
${values.join('\n')}
  esac
  COMPREPLY=()
  if [[ -n $files ]]; then
    COMPREPLY=($(compgen -f -- "$word"))
  elif [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ -n $words && $COMP_CWORD -le 2 ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _rr rr
`;
}

/** Everything that is the beginning of a command's name, as one pattern. */
const prefixes = (specs: readonly CommandSpec[]): string =>
  [...new Set(specs.flatMap(({ name }) => [name.split(' ')[0], name]))].map((name) => `'${name}'`).join(' | ');
