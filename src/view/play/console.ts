/** The terminal as a conversation sees it, and a board that fits it. */
import type { GameInfo, Picture } from '../board/picture.ts';
import { terminalPicture } from '../board/terminal.ts';

/** A terminal, or whatever a test puts in its place. */
export interface Console {
  readonly color: boolean;
  /** Columns and lines now; undefined when nobody knows. */
  width(): number | undefined;
  height(): number | undefined;
  say(text: string): void;
  /** The next line a person typed; undefined when there will be no more. */
  ask(prompt: string): Promise<string | undefined>;
}

/** The position in what the terminal has, one line less for the prompt; a board that is too high, round `centre`. */
export function boardText(console: Console, info: GameInfo, picture: Picture, centre?: number): string {
  const lines = console.height();
  const height = lines === undefined ? undefined : lines - 1;
  return terminalPicture(info, picture, { color: console.color, width: console.width(), height, centre });
}
