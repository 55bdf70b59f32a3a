/** `rr play --learn`: the lessons one after the other. Only the move that a lesson is about goes on. */
import { hanging } from '../../core/hanging.ts';
import { advance, apply } from '../../engine/apply.ts';
import { MoveList } from '../../engine/moves.ts';
import type { State } from '../../engine/state.ts';
import { legalTargets, type MoveMarks, moveMarks, NO_MARKS } from '../board/marks.ts';
import { gameInfo, statusWords } from '../board/picture.ts';
import { snapshotOf } from '../board/snapshot.ts';
import { boardText, type Console } from './console.ts';
import { LESSONS, type Lesson, lessonState } from './lessons.ts';
import { isCellAlone, type MoveOption, matchMoves, moveOptions } from './move-input.ts';
import { listText } from './move-list.ts';
import { LEGEND_TEXT, RULES_TEXT } from './rules-text.ts';
import { stackNews, stackOwners } from './told.ts';

/** `finished`: all of them, skipped ones included. `left`: broken off. */
export type LearnEnd = 'finished' | 'left';

const LEARN_HELP =
  'Type the move. Also: moves (the legal ones), hint (the move that is wanted), skip (the next lesson), ' +
  'legend, rules, quit.';

export async function learn(console: Console, signal: AbortSignal): Promise<LearnEnd> {
  sayText(console, `Ten short positions. ${LEARN_HELP}`);
  for (const [i, lesson] of LESSONS.entries()) {
    console.say(`\n${i + 1} of ${LESSONS.length}: ${lesson.title}`);
    if ((await new LessonTalk(lesson, console, signal).run()) === 'left') return 'left';
  }
  console.say('');
  sayText(console, 'That is the game. rr play --board hex8 starts one; hint and undo are there to help.');
  return 'finished';
}

/** A paragraph, in lines that read well. */
function sayText(console: Console, text: string): void {
  console.say(hanging('', text, Math.min(console.width() || MAX_COLUMNS, MAX_COLUMNS)));
}

const MAX_COLUMNS = 78;

class LessonTalk {
  readonly #lesson: Lesson;
  readonly #console: Console;
  readonly #signal: AbortSignal;
  readonly #state: State;
  readonly #legal = new MoveList();
  #marks: MoveMarks = NO_MARKS;
  #caption = '';

  constructor(lesson: Lesson, console: Console, signal: AbortSignal) {
    this.#lesson = lesson;
    this.#console = console;
    this.#signal = signal;
    this.#state = lessonState(lesson);
  }

  async run(): Promise<'done' | 'left'> {
    const { wanted, text, after } = this.#lesson;
    advance(this.#state, this.#legal);
    this.#draw();
    sayText(this.#console, text);
    for (const pattern of wanted) {
      const move = await this.#decide(pattern);
      if (move === 'left') return 'left';
      if (move === 'skip') return 'done';
      this.#play(move);
      this.#draw();
    }
    sayText(this.#console, after);
    return 'done';
  }

  #draw(): void {
    const marks = { ...this.#marks, legal: this.#state.isOver ? [] : legalTargets(this.#state, this.#legal) };
    const snapshot = snapshotOf(this.#state);
    const info = gameInfo(this.#state.rules, ['you', 'opponent']);
    this.#console.say(boardText(this.#console, info, { snapshot, marks, caption: this.#caption }));
    if (this.#state.isOver) this.#console.say(`${statusWords(snapshot)}.`);
  }

  #play({ move, text }: MoveOption): void {
    const before = stackOwners(this.#state);
    this.#marks = moveMarks(this.#state, move);
    this.#caption = text;
    apply(this.#state, move);
    for (const sentence of stackNews(before, move, this.#state)) this.#console.say(`  ${sentence}`);
    if (!this.#state.isOver) advance(this.#state, this.#legal);
  }

  async #decide(wanted: RegExp): Promise<MoveOption | 'skip' | 'left'> {
    const options = moveOptions(this.#state, this.#legal);
    let listed: readonly MoveOption[] = options;
    const list = (some: readonly MoveOption[]): void => {
      listed = some;
      this.#console.say(listText(some, this.#console.width()));
    };
    for (;;) {
      const line = (await this.#console.ask('your move> '))?.trim().toLowerCase();
      if (line === undefined || this.#signal.aborted || line === 'quit' || line === 'exit') return 'left';
      if (line === '') continue;
      if (line === 'skip') return 'skip';
      if (line === 'help' || line === '?') sayText(this.#console, LEARN_HELP);
      else if (line === 'rules') this.#console.say(RULES_TEXT);
      else if (line === 'legend') this.#console.say(LEGEND_TEXT);
      else if (line === 'moves') list(options);
      else if (line === 'hint') this.#hint(options, wanted);
      else {
        const number = /^\d+$/.test(line) ? listed[Number(line) - 1] : undefined;
        const found = number ? [number] : matchMoves(this.#state, options, line);
        const [first] = found;
        if (!first) this.#console.say(`No legal move fits '${line}'. Type moves for the list, hint for help.`);
        else if (found.length > 1 || isCellAlone(this.#state, line)) list(found);
        else if (wanted.test(first.text)) return first;
        else this.#console.say(`${first.text} is legal, but not what this lesson is about. Try another; hint helps.`);
      }
    }
  }

  #hint(options: readonly MoveOption[], wanted: RegExp): void {
    const move = options.find(({ text }) => wanted.test(text));
    if (move) this.#console.say(`Type ${move.text}`);
  }
}
