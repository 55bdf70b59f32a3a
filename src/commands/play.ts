/** `rr play`: a person at the board, against any player. */

import { randomInt } from 'node:crypto';
import { Flags } from '@oclif/core';
import { RrError } from '../core/errors.ts';
import { createRules, type Rules } from '../engine/rules.ts';
import { PERSON } from '../games/game/game.ts';
import { withChecksum } from '../games/record/checksum.ts';
import { gameRecord } from '../games/record/game-write.ts';
import { assertWritable, writeFileAtomic } from '../io/atomic.ts';
import { header } from '../io/ndjson/header.ts';
import { modelNamed, readStore } from '../models/open.ts';
import { parseBudget } from '../search/budget.ts';
import { converse } from '../view/play/dialogue.ts';
import { learn } from '../view/play/learn.ts';
import { type LineConsole, lineConsole } from '../view/play/line-console.ts';
import { playerByName, type TableSettings } from '../view/play/players.ts';
import { type Chair, SeatedGame } from '../view/play/seated-game.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, gameFlags, seedFlag } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';
import { requiredGame } from './cli/usual-game.ts';

export default class Play extends RrCommand {
  static override description =
    'Moves are typed as they are listed (d4 x1, d4-d7, d4xd5-d7) or found by naming cells; help lists the commands. ' +
    'In a pipe, the conversation goes to stderr and the finished game to stdout as a record.';

  static override examples = [
    'rr play --learn',
    'rr play --board hex8',
    'rr play --board square8 --seats heuristic,me --swap-rule',
    'rr play --config hex8_4p --seats me,heuristic,heuristic,random --out game.ndjson',
    'rr play --board square8 --seats me,gumbel --budget quality',
  ];

  static override flags = {
    ...gameFlags,
    ...seedFlag,
    seats: Flags.string({
      description:
        'who plays from which seat, seat 1 first: me, or a player (default me, and heuristic in the other seats, or gumbel with --model)',
      helpValue: 'LIST',
    }),
    ...dataFlag,
    model: Flags.string({
      description:
        'network of players that need one: a file, or a model of the store by pointer or hash (default production)',
      helpValue: 'FILE|NAME',
    }),
    budget: Flags.string({
      description: 'simulations per move of players that search, by number or name',
      default: 'standard',
      helpValue: 'N',
    }),
    hints: Flags.string({ description: 'who gives hints', default: 'heuristic', helpValue: 'NAME' }),
    'swap-rule': Flags.boolean({ description: 'pie rule, two players only' }),
    learn: Flags.boolean({
      description: 'learn the game in ten short positions',
      exclusive: ['seats', 'model', 'out', 'board', 'players', 'config'],
    }),
    out: outFile('--out')({ description: 'write the game as a record', helpValue: 'FILE' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Play);
    if (flags.learn) return this.#learn();
    const { board, players, key } = requiredGame(flags);
    if (flags['swap-rule'] && players !== 2) throw new RrError('USAGE', { detail: '--swap-rule is for two players' });
    const rules = createRules(board, players, flags['swap-rule'] ? { swapRuleEnabled: true } : {});
    let asked = false;
    const settings: TableSettings = {
      rules,
      model: () => {
        asked = true;
        return readStore(flags.data, (store) => modelNamed(store, flags.model ?? 'production', key));
      },
      simulations: parseBudget(flags.budget),
    };
    const chairs: Chair[] = [];
    const others = flags.model === undefined ? 'heuristic' : 'gumbel';
    for (const name of seatNames(flags.seats, players, others)) {
      chairs.push(name === PERSON ? { name: PERSON } : { name, player: await playerByName(name, settings) });
    }
    const adviser = await playerByName(flags.hints, settings);
    if (flags.model !== undefined && !asked) {
      throw new RrError('USAGE', { detail: `--model ${flags.model}: nobody here plays with a network; try gumbel` });
    }
    // A person should not find out after the game.
    if (flags.out !== undefined) await assertWritable(flags.out);
    const seed = flags.seed ?? randomInt(2 ** 47);
    const game = new SeatedGame(rules, chairs, seed);
    const console = this.#console();
    try {
      if ((await converse(game, console, { adviser, signal: this.stop.signal })) === 'left') return undefined;
    } finally {
      console.close();
    }
    return this.#keep(game, rules, seed, flags.out);
  }

  async #learn(): Promise<Outcome> {
    const console = this.#console();
    try {
      await learn(console, this.stop.signal);
    } finally {
      console.close();
    }
    return undefined;
  }

  #console(): LineConsole {
    const { color, logColor, format } = this.globals;
    const forPeople = format === 'table';
    const interrupted = (): void => this.stop.stop('SIGINT');
    return lineConsole(forPeople ? process.stdout : process.stderr, forPeople ? color : logColor, interrupted);
  }

  async #keep(game: SeatedGame, rules: Rules, seed: number, out: string | undefined): Promise<Outcome> {
    const first = header({ command: this.commandName, config: `${rules.board}_${rules.players}p`, seed });
    const record = withChecksum(gameRecord({ rules, run: `play-${seed}`, seed, engine: 'play' }, game.finished()));
    const lines = [first, record, { type: 'summary', command: this.commandName, games: 1 }];
    if (out !== undefined) await writeFileAtomic(out, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    if (this.globals.format === 'table') return undefined;
    const writer = await this.records();
    for (const line of lines) await writer.write(line);
    return undefined;
  }
}

function seatNames(list: string | undefined, players: number, others: string): string[] {
  if (list === undefined) return [PERSON, ...new Array<string>(players - 1).fill(others)];
  const names = list.split(',').map((name) => name.trim());
  if (names.length === players) return names;
  throw new RrError('USAGE', { detail: `--seats ${list}: names ${names.length}, the game has ${players} seats` });
}
