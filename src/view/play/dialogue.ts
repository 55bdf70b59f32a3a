/** The conversation of `rr play`: draws the board, asks the person on turn, lets the others play. */

import { at } from '../../core/at.ts';
import type { Player } from '../../search/players/player.ts';
import { PROBABILITY_UNIT, VALUE_UNIT } from '../../search/players/search-data.ts';
import { legalTargets } from '../board/marks.ts';
import { gameInfo, statusWords } from '../board/picture.ts';
import { boardText, type Console } from './console.ts';
import {
  cellOrRow,
  filterMoves,
  isCellAlone,
  type MoveOption,
  matchMoves,
  moveOptions,
  typedText,
  unknownCells,
} from './move-input.ts';
import { listText } from './move-list.ts';
import { LEGEND_TEXT, PLAY_HELP, RULES_TEXT } from './rules-text.ts';
import type { SeatedGame } from './seated-game.ts';

export interface DialogueOptions {
  /** Who gives hints. */
  readonly adviser: Player;
  /** Ends the conversation when aborted. */
  readonly signal: AbortSignal;
}

/** `over`: played to the end or resigned. `left`: broken off. */
export type DialogueEnd = 'over' | 'left';

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
    this.#console.say('Type help for what can be typed, rules for the game in short.');
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
    this.#tell();
  }

  /** Why stacks are gone or others' since the last decision. */
  #tell(): void {
    for (const sentence of this.#game.news) this.#console.say(`  ${sentence}`);
  }

  /** A board that is too high for the terminal, round a cell; undefined: round the last move. */
  #draw(centre?: number): void {
    const { rules, names, state, legal, isOver } = this.#game;
    const picture = this.#game.picture();
    const marked = this.#legalMarks && !isOver;
    const marks = marked ? { ...picture.marks, legal: legalTargets(state, legal) } : picture.marks;
    this.#console.say(boardText(this.#console, gameInfo(rules, names), { ...picture, marks }, centre));
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
        case 'rules':
          this.#console.say(RULES_TEXT);
          continue;
        case 'legend':
          this.#console.say(LEGEND_TEXT);
          continue;
        case 'board':
          this.#draw(rest[0] === undefined ? undefined : cellOrRow(state, rest[0]));
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
      if (this.#game.decisions > before) {
        this.#tell();
        return true;
      }
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
    if (first && (more.length > 0 || isCellAlone(state, line))) this.#list(found);
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

  #list(options: readonly MoveOption[]): void {
    if (options.length > 0) this.#listed = options;
    this.#console.say(listText(options, this.#console.width()));
  }

  async #hint(): Promise<void> {
    const { state, legal } = this.#game;
    const { adviser } = this.#options;
    const { move, report } = await this.#game.hint(adviser);
    const value = report?.values?.[state.player - 1];
    const expects = value === undefined ? '' : ` (expects ${(value / VALUE_UNIT).toFixed(2)}, from -1 lost to 1 won)`;
    const lines = [`${adviser.name} would play ${typedText(state, move)}${expects}`];
    const { policy } = report ?? {};
    if (policy) {
      const best = Array.from(policy.indices, (index, i) => ({
        index,
        share: at(policy.probs, i) / PROBABILITY_UNIT,
      }))
        .sort((a, b) => b.share - a.share)
        .slice(0, 5);
      for (const { index, share } of best) {
        lines.push(`  ${(100 * share).toFixed(0).padStart(3)} %  ${typedText(state, legal.at(index))}`);
      }
    }
    this.#console.say(lines.join('\n'));
  }
}
