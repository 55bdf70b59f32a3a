/** The five questions of `rr init`: those that no flag has answered are asked on a terminal. */
import { RrError } from '../../core/errors.ts';
import { BOARDS, type GameConfig, gameConfig, parseBoard, parsePlayerCount } from '../../engine/config-key.ts';

export interface Answers {
  readonly game: GameConfig;
  /** Minutes that a round of the loop may take. */
  readonly minutes: number;
  readonly cores: number;
  readonly gpu: boolean;
}

/** What flags have answered, and what Enter means for the rest. */
export interface Known {
  readonly given: {
    readonly game: GameConfig | undefined;
    readonly minutes: number | undefined;
    readonly cores: number | undefined;
    readonly gpu: boolean | undefined;
  };
  readonly usual: Answers;
}

export interface Asker {
  say(text: string): void;
  ask(prompt: string): Promise<string | undefined>;
}

/** Undefined when the person left. */
export async function askMissing({ given, usual }: Known, asker: Asker): Promise<Answers | undefined> {
  const question = <T>(text: string, usually: string, read: (word: string) => T): Promise<T | undefined> =>
    answered(asker, `${text} [${usually}]> `, usually, read);
  asker.say('Enter takes what stands in brackets.');
  const game = given.game ?? (await askGame(usual.game, question));
  if (game === undefined) return undefined;
  const minutes =
    given.minutes ?? (await question('minutes a round of the loop may take', `${usual.minutes}`, wholeFrom(1)));
  if (minutes === undefined) return undefined;
  const most = usual.cores;
  const cores = given.cores ?? (await question(`cores to use, 1 to ${most}`, `${most}`, wholeFrom(1, most)));
  if (cores === undefined) return undefined;
  const gpu = given.gpu ?? (await question('use the graphics card, yes or no', usual.gpu ? 'yes' : 'no', yesOrNo));
  if (gpu === undefined) return undefined;
  return { game, minutes, cores, gpu };
}

type Ask = <T>(text: string, usually: string, read: (word: string) => T) => Promise<T | undefined>;

async function askGame(usual: GameConfig, question: Ask): Promise<GameConfig | undefined> {
  const board = await question(`board: ${BOARDS.join(', ')}`, usual.board, parseBoard);
  if (board === undefined) return undefined;
  const players = await question('players, 2 to 4', `${usual.players}`, (word) => parsePlayerCount(Number(word)));
  return players === undefined ? undefined : gameConfig(board, players);
}

/** Asks until the answer can be used. */
async function answered<T>(
  asker: Asker,
  prompt: string,
  usually: string,
  read: (word: string) => T,
): Promise<T | undefined> {
  for (;;) {
    const line = await asker.ask(prompt);
    if (line === undefined) return undefined;
    try {
      return read(line.trim().toLowerCase() || usually);
    } catch (error) {
      if (!(error instanceof RrError)) throw error;
      asker.say(error.message);
    }
  }
}

const wholeFrom =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (word: string): number => {
    const number = Number(word);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new RrError('USAGE', { detail: `'${word}' is not a whole number ${range(least, most)}` });
  };

const range = (least: number, most: number): string =>
  most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;

function yesOrNo(word: string): boolean {
  if (['yes', 'y', 'no', 'n'].includes(word)) return word.startsWith('y');
  throw new RrError('USAGE', { detail: `'${word}' is neither yes nor no` });
}
