/** A stage as a shell command line, with the shard's index as a number or as a variable of the shell. */
import { quoteArgv, quoteWord } from '../remote/ssh/argv.ts';
import { type JobSpec, SHARD } from './spec.ts';

/** `index` is put in as it is: a number, or a variable reference in double quotes. */
export function shellLine({ rr, stage, shards }: JobSpec, index: string): string {
  const words = stage.map((word) => word.split(SHARD).map(quotePart).join(index) || "''");
  return [quoteArgv(rr), ...words, '--shard', `${index}/${shards}`].join(' ');
}

/** Nothing for the empty text between two placeholders. */
const quotePart = (part: string): string => (part === '' ? '' : quoteWord(part));
