/** The conversation of `rr play`: draws the board, asks the person on turn, lets the others play. */

import { at } from '../../core/at.ts';
import { moveNotation } from '../../engine/notation.ts';
import type { Player } from '../../search/players/player.ts';
import { PROBABILITY_UNIT, VALUE_UNIT } from '../../search/players/search-data.ts';
import { legalTargets } from '../board/marks.ts';
import { gameInfo, statusWords } from '../board/picture.ts';
import { terminalPicture } from '../board/terminal.ts';
import { filterMoves, type MoveOption, matchMoves, moveOptions, unknownCells } from './move-input.ts';
import type { SeatedGame } from './seated-game.ts';

/** The terminal, or whatever a test puts in its place. */
export interface Console {
  readonly color: boolean;
  /** Columns now; undefined when nobody knows. */
  width(): number | undefined;
  say(text: string): void;
  /** The next line a person typed; undefined when there will be no more. */
  ask(prompt: string): Promise<string | undefined>;
}

export interface DialogueOptions {
  /** Who gives hints. */
  readonly adviser: Player;
  /** Ends the conversation when aborted. */
  readonly signal: AbortSignal;
}

/** `over`: played to the end or resigned. `left`: broken off. */
export type DialogueEnd = 'over' | 'left';

/** Moves listed at once; more are to be narrowed down by naming a cell. */
const LISTED = 60;

export const PLAY_HELP = `Type a move as it is listed: d4, d4 x2, d4-d7, d4xd5-d7. Or name cells to narrow the list: d4, d4 d7.
  moves [CELL …]  the legal moves, by number   |  NUMBER  plays one of the list
  hint            what the adviser would play  |  undo    back to your last decision
  legal           marks legal cells on or off  |  board   draws the board again
  resign          gives up                     |  quit    leaves without finishing`;

export async function converse(game: SeatedGame, console: Console, options: DialogueOptions): Promise<DialogueEnd> {
  return new Dialogue(game, console, options).run();
}

class Dialogue {
  readonly #game: SeatedGame;
  readonly #console: Console;
  readonly #options: DialogueOptions;
  #legalMarks = true;
  /** What numbers refer to. */
  #listed: readonly MoveOption[] = [];

  constructor(game: SeatedGame, console: Console, options: DialogueOptions) {
    this.#game = game;
    this.#console = console;
    this.#options = options;
  }

  async run(): Promise<DialogueEnd> {
    const game = this.#game;
    this.#console.say(PLAY_HELP);
    while (!game.isOver && !this.#options.signal.aborted) {
      if (!game.personToMove) {
        await this.#otherMoves();
        continue;
      }
      this.#draw();
      if (!(await this.#personDecides())) return 'left';
    }
    this.#draw();
    if (!game.isOver) return 'left';
    this.#console.say(`${statusWords(game.picture().snapshot)}.`);
    return 'over';
  }

  async #otherMoves(): Promise<void> {
    const { player } = this.#game.state;
    const { name, move } = await this.#game.playOther();
    this.#console.say(`player ${player} (${name}): ${move}`);
  }

  #draw(): void {
    const { rules, names, state, legal, isOver } = this.#game;
    const picture = this.#game.picture();
    const marked = this.#legalMarks && !isOver;
    const marks = marked ? { ...picture.marks, legal: legalTargets(state, legal) } : picture.marks;
    const { color } = this.#console;
    const text = terminalPicture(
      gameInfo(rules, names),
      { ...picture, marks },
      { color, width: this.#console.width() },
    );
    this.#console.say(`\n${text}\n`);
  }

  /** Asks until a move is played; false when the person left. */
  async #personDecides(): Promise<boolean> {
    const { state, legal } = this.#game;
    const options = moveOptions(state, legal);
    this.#listed = options;
    const before = this.#game.decisions;
    for (;;) {
      const line = await this.#console.ask(`player ${state.player}, ${options.length} moves> `);
      if (line === undefined || this.#options.signal.aborted) return false;
      const [word = '', ...rest] = line.trim().toLowerCase().split(/\s+/);
      switch (word) {
        case '':
          continue;
        case 'quit':
        case 'exit':
          return false;
        case 'help':
        case '?':
          this.#console.say(PLAY_HELP);
          continue;
        case 'board':
          this.#draw();
          continue;
        case 'legal':
          this.#legalMarks = !this.#legalMarks;
          this.#draw();
          continue;
        case 'moves':
          this.#list(rest.length === 0 ? options : filterMoves(state, options, rest.join(' ')));
          continue;
        case 'hint':
          await this.#hint();
          continue;
        case 'resign':
          this.#game.resign();
          return true;
        case 'undo':
          if (this.#game.undo()) return true;
          this.#console.say('There is nothing to undo.');
          continue;
      }
      this.#choose(line, options);
      if (this.#game.decisions > before) return true;
    }
  }

  #choose(line: string, options: readonly MoveOption[]): void {
    const number = /^\d+$/.test(line.trim()) ? Number(line) : undefined;
    if (number !== undefined) {
      const option = this.#listed[number - 1];
      if (option) this.#game.play(option.move);
      else this.#console.say(`There is no number ${number} in the list; type moves to see it.`);
      return;
    }
    const { state } = this.#game;
    const found = matchMoves(state, options, line);
    const [first, ...more] = found;
    if (first && more.length > 0) this.#list(found);
    else if (first) this.#game.play(first.move);
    else {
      const [unknown] = unknownCells(state, line);
      this.#console.say(
        unknown === undefined
          ? `No legal move fits '${line.trim()}'. Type moves for the list, help for more.`
          : `The ${state.rules.board} board has no cell ${unknown}.`,
      );
    }
  }

  /** Numbered, in columns. */
  #list(options: readonly MoveOption[]): void {
    if (options.length === 0) {
      this.#console.say('No legal move fits.');
      return;
    }
    this.#listed = options;
    const shown = options.slice(0, LISTED).map(({ text }, i) => `${String(i + 1).padStart(3)} ${text}`);
    const column = Math.max(...shown.map((text) => text.length)) + 2;
    const columns = Math.max(1, Math.floor((this.#console.width() || 80) / column));
    const lines = Array.from({ length: Math.ceil(shown.length / columns) }, (_, row) =>
      shown
        .slice(row * columns, (row + 1) * columns)
        .map((text) => text.padEnd(column))
        .join('')
        .trimEnd(),
    );
    const more = options.length - shown.length;
    if (more > 0) lines.push(`    and ${more} more: name a cell (moves d4) to see fewer`);
    this.#console.say(lines.join('\n'));
  }

  async #hint(): Promise<void> {
    const { state, legal } = this.#game;
    const { adviser } = this.#options;
    const { move, report } = await this.#game.hint(adviser);
    const value = report?.values?.[state.player - 1];
    const expects = value === undefined ? '' : ` (expects ${(value / VALUE_UNIT).toFixed(2)}, from -1 lost to 1 won)`;
    const lines = [`${adviser.name} would play ${moveNotation(state, move)}${expects}`];
    const { policy } = report ?? {};
    if (policy) {
      const best = Array.from(policy.indices, (index, i) => ({
        index,
        share: at(policy.probs, i) / PROBABILITY_UNIT,
      }))
        .sort((a, b) => b.share - a.share)
        .slice(0, 5);
      for (const { index, share } of best) {
        lines.push(`  ${(100 * share).toFixed(0).padStart(3)} %  ${moveNotation(state, legal.at(index))}`);
      }
    }
    this.#console.say(lines.join('\n'));
  }
}
