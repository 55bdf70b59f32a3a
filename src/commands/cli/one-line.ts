import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../core/printable.ts';

/** A message as one line that no terminal obeys: colours gone, line ends as blanks, what else controls made visible. */
export const oneLine = (text: string): string =>
  printable(stripVTControlCharacters(text).replace(/\s*[\r\n]+\s*/g, ' ')).trim();
