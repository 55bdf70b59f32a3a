/** One line on stderr about something that did not stop the command: a game left out, a record refused. */
import { oneLine } from './one-line.ts';

export interface NoteContext {
  /** The command's name as typed. */
  readonly command: string;
  /** Write a JSON line instead of text. */
  readonly logJson: boolean;
}

export function note(message: string, { command, logJson }: NoteContext): void {
  const line = oneLine(message);
  process.stderr.write(
    logJson ? `${JSON.stringify({ type: 'note', command, message: line })}\n` : `rr ${command}: ${line}\n`,
  );
}
