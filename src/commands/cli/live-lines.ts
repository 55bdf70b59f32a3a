/** The lines of a live display, each fitted to the terminal: one that wraps could not be redrawn in place. */
import cliTruncate from 'cli-truncate';
import { paints } from './paint.ts';

export interface LiveOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The first line as it is, the details dim and indented below it. */
export function liveLines(first: string, details: readonly string[], { color, width }: LiveOptions): string[] {
  const chalk = paints(color);
  return [first, ...details.map((line) => chalk.dim(`  ${line}`))].map((line) => cliTruncate(line, width));
}
