/** A stage as a shell command line, with the shard's index as a number or as a variable of the shell. */
import { quoteArgv, quoteWord } from '../../io/shell.ts';
import { type JobSpec, SHARD } from './spec.ts';

/** `index` is put in as it is: a number, or a variable reference in double quotes. */
export function shellLine({ rr, stage, shards }: JobSpec, index: string): string {
  const words = stage.map((word) => shellWord(word, index));
  return [quoteArgv(rr), ...words, '--shard', `${index}/${shards}`].join(' ');
}

/** One word for a shell, the placeholder in it replaced by `index` as it is. */
export const shellWord = (word: string, index: string): string => word.split(SHARD).map(quotePart).join(index) || "''";

/** Nothing for the empty text between two placeholders. */
const quotePart = (part: string): string => (part === '' ? '' : quoteWord(part));
