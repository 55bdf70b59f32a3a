/** Steps through a game on a terminal, on its second screen, so that the first is as it was afterwards. */

import { Chalk } from 'chalk';
import { at } from '../../core/at.ts';
import { terminalPicture } from '../board/terminal.ts';
import { type Frame, foldedFrames, type Replay } from './replay.ts';

export interface StepperOptions {
  readonly color: boolean;
  /** Legal moves are marked from the start. */
  readonly legal: boolean;
  /** Leaves when aborted. */
  readonly signal: AbortSignal;
}

const ALTERNATE_SCREEN = '\u001b[?1049h\u001b[?25l';
const FIRST_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME_AND_CLEAR = '\u001b[H\u001b[2J';

export type StepKey = 'back' | 'next' | 'back10' | 'next10' | 'first' | 'last' | 'legal' | 'all' | 'quit';

/** Bytes that terminals send for the keys. */
const KEYS: ReadonlyMap<string, StepKey> = new Map([
  ['\u001b[D', 'back'],
  ['\u001bOD', 'back'],
  ['h', 'back'],
  ['\u001b[C', 'next'],
  ['\u001bOC', 'next'],
  [' ', 'next'],
  ['\r', 'next'],
  ['\u001b[5~', 'back10'],
  ['\u001b[6~', 'next10'],
  ['\u001b[H', 'first'],
  ['\u001bOH', 'first'],
  ['\u001b[1~', 'first'],
  ['\u001b[F', 'last'],
  ['\u001bOF', 'last'],
  ['\u001b[4~', 'last'],
  ['l', 'legal'],
  ['a', 'all'],
  ['q', 'quit'],
  ['\u001b', 'quit'],
  ['\u0003', 'quit'],
  ['\u0004', 'quit'],
]);

/** Keys of one chunk of input: several may arrive together when a key is held down. */
export function stepKeys(input: string): StepKey[] {
  const keys: StepKey[] = [];
  for (let start = 0; start < input.length; ) {
    // The longest one that fits: Escape itself begins the others.
    const length = [4, 3, 1].find((n) => KEYS.has(input.slice(start, start + n))) ?? 1;
    const key = KEYS.get(input.slice(start, start + length));
    if (key) keys.push(key);
    start += length;
  }
  return keys;
}

/** The ply a key leads to. */
export function stepTo(key: StepKey, ply: number, last: number): number {
  const target = {
    back: ply - 1,
    next: ply + 1,
    back10: ply - 10,
    next10: ply + 10,
    first: 0,
    last,
    legal: ply,
    all: ply,
    quit: ply,
  };
  return Math.max(0, Math.min(last, target[key]));
}

export async function stepThrough(replay: Replay, { color, legal, signal }: StepperOptions): Promise<void> {
  const { stdin, stdout } = process;
  const folded = foldedFrames(replay.frames);
  let frames: readonly Frame[] = folded;
  let index = 0;
  let marked = legal;
  /** Every move, or decisions only; the position on the screen stays, or the next one that is shown comes. */
  const toggleAll = (): void => {
    const { ply } = at(frames, index).snapshot;
    frames = frames === folded ? replay.frames : folded;
    index = Math.max(
      0,
      frames.findIndex(({ snapshot }) => snapshot.ply >= ply),
    );
  };
  const draw = (): void => {
    const frame = at(frames, index);
    const marks = marked ? { ...frame.marks, legal: frame.legal } : frame.marks;
    const picture = terminalPicture(
      replay.info,
      { ...frame, marks },
      { color, width: stdout.columns, height: stdout.rows - 3 },
    );
    const all = frames === folded ? 'a all moves' : 'a decisions only';
    const help = `${index}/${frames.length - 1}  ← → one, PgUp PgDn ten, Home End, l legal, ${all}, q leave`;
    stdout.write(`${HOME_AND_CLEAR}${picture}\n\n${new Chalk({ level: color ? 2 : 0 }).dim(help)}`);
  };

  stdout.write(ALTERNATE_SCREEN);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdout.on('resize', draw);
  try {
    draw();
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      stdin.on('end', resolve);
      stdin.on('data', (text: string) => {
        for (const key of stepKeys(text)) {
          if (key === 'quit') return resolve();
          if (key === 'legal') marked = !marked;
          if (key === 'all') toggleAll();
          else index = stepTo(key, index, frames.length - 1);
        }
        draw();
      });
    });
  } finally {
    stdin.removeAllListeners('data');
    stdout.off('resize', draw);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(FIRST_SCREEN);
  }
}
