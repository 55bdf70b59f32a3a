/** `rr show`: a position or a game, on the terminal, as a picture or as a page. */
import { Args, Flags } from '@oclif/core';
import { resolveSettings } from '../config/settings.ts';
import { RrError } from '../core/errors.ts';
import type { Game } from '../games/game/game.ts';
import { gameOfRecord } from '../games/game/of-record.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import { THEMES } from '../view/board/palette.ts';
import { loadGame, startPosition } from '../view/replay/load.ts';
import { type Frame, type Replay, showGame } from '../view/replay/replay.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { gameFlags, gameFromFlags, seedFlag } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';

export default class Show extends RrCommand {
  static override description =
    'FILE holds game records, recorded traces, a replay database (ours or upstream’s, plain or gzip) or a position ' +
    'in JSON; - is stdin. Without FILE, --seed plays a game and shows it, and a board alone shows its start. On a ' +
    'terminal a game is stepped through with ← → Home End (q leaves); elsewhere one position is printed, the last ' +
    'unless --ply says otherwise.';

  static override examples = [
    'rr show --board hex8 --seed 7',
    'rr show games.ndjson --game 3 --ply 40 --legal',
    'rr show data/games/hex8_2p.db --html game.html',
    'rr show --board square8 --players 3 --seed 1 --ply 60 --svg position.svg --theme dark',
  ];

  static override args = {
    file: Args.string({ description: 'where the game or position comes from; - is stdin' }),
  };

  static override flags = {
    ...gameFlags,
    ...seedFlag,
    player: Flags.string({ description: 'who plays the game of --seed (default random)', helpValue: 'NAME' }),
    game: Flags.string({ description: 'which game of FILE: its number from 1, or its id', helpValue: 'N|ID' }),
    ply: Flags.integer({ description: 'position after so many moves; from the end when negative', helpValue: 'N' }),
    all: Flags.boolean({ description: 'print every position, one after the other', exclusive: ['ply'] }),
    legal: Flags.boolean({ description: 'mark the cells where a legal move ends' }),
    svg: outFile('--svg', { stdout: true })({
      description: 'write the position as a picture; - is stdout',
      helpValue: 'FILE',
    }),
    html: outFile('--html', { stdout: true })({
      description: 'write the game as a page that replays it; - is stdout',
      helpValue: 'FILE',
    }),
    theme: Flags.option({ options: THEMES })({
      description: 'colours of pictures and pages; auto follows the viewer',
      default: 'auto',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Show);
    const replay = showGame(await gameOf(args.file, flags));
    const frame = frameAt(replay, flags.ply);
    if (flags.svg !== undefined || flags.html !== undefined) return this.#write(replay, frame, flags);
    const steps = replay.frames.length > 1 && flags.ply === undefined && !flags.all && args.file !== '-';
    if (this.globals.format === 'table' && steps && process.stdin.isTTY && process.stdout.isTTY) {
      const { stepThrough } = await import('../view/replay/stepper.ts');
      await stepThrough(replay, { color: this.globals.color, legal: flags.legal, signal: this.stop.signal });
      return undefined;
    }
    return this.#print(replay, flags.all ? replay.frames : [frame], flags.legal);
  }

  async #write(replay: Replay, frame: Frame, flags: Files): Promise<Outcome> {
    const { theme, legal } = flags;
    if (flags.svg === '-' && flags.html === '-') throw new RrError('USAGE', { detail: 'stdout takes --svg or --html' });
    if (flags.svg !== undefined) {
      const { svgPicture } = await import('../view/board/svg.ts');
      await writeOut(flags.svg, svgPicture(replay.info, marked(frame, legal), { theme }));
    }
    if (flags.html !== undefined) {
      const { htmlReplayer } = await import('../view/replay/html.ts');
      await writeOut(flags.html, htmlReplayer(replay, { theme }));
    }
    return undefined;
  }

  async #print(replay: Replay, frames: readonly Frame[], legal: boolean): Promise<Outcome> {
    if (this.globals.format === 'table') {
      const { terminalPicture } = await import('../view/board/terminal.ts');
      const { color } = this.globals;
      const options = { color, width: process.stdout.columns };
      this.say(frames.map((frame) => terminalPicture(replay.info, marked(frame, legal), options)).join('\n\n'));
      return undefined;
    }
    const { positionRecord } = await import('../view/replay/position-record.ts');
    await this.present({
      type: 'position',
      rows: frames.map((frame) => positionRecord(replay.info, frame)),
      columns: [],
      header: { config: `${replay.info.board}_${replay.info.names.length}p`, source: replay.title },
      summary: { positions: frames.length },
    });
    return undefined;
  }
}

interface Files {
  readonly svg?: string | undefined;
  readonly html?: string | undefined;
  readonly theme: (typeof THEMES)[number];
  readonly legal: boolean;
}

interface Sources {
  readonly board?: string | undefined;
  readonly players?: number | undefined;
  readonly config?: string | undefined;
  readonly seed?: number | undefined;
  readonly player?: string | undefined;
  readonly game?: string | undefined;
}

async function gameOf(file: string | undefined, flags: Sources): Promise<Game> {
  const game = gameFromFlags(flags);
  if (file !== undefined) {
    if (game || flags.seed !== undefined || flags.player !== undefined) {
      throw new RrError('USAGE', { detail: `a board, --seed and --player do not go with a file (${file})` });
    }
    const number = flags.game !== undefined && /^\d{1,9}$/.test(flags.game) ? Number(flags.game) : undefined;
    return loadGame(file, number === undefined ? { id: flags.game } : { number });
  }
  if (!game) throw new RrError('USAGE', { detail: 'show what? a file, --board hex8 --seed 7, or --board hex8' });
  if (flags.game !== undefined) throw new RrError('USAGE', { detail: '--game needs a file' });
  if (flags.seed === undefined) {
    if (flags.player !== undefined) throw new RrError('USAGE', { detail: '--player needs --seed' });
    return startPosition(game.board, game.players);
  }
  const { seededGame } = await import('../view/replay/seeded-game.ts');
  const { settings } = resolveSettings('selfplay');
  const record = await seededGame(game, { seed: flags.seed, player: flags.player ?? 'random', settings });
  return gameOfRecord(record, `seed ${flags.seed}`);
}

function frameAt({ frames }: Replay, ply: number | undefined): Frame {
  const frame = frames.at(ply ?? -1);
  if (frame) return frame;
  throw new RrError('USAGE', { detail: `--ply ${ply}: the game has ${frames.length - 1} moves` });
}

const marked = (frame: Frame, legal: boolean): Frame =>
  legal ? { ...frame, marks: { ...frame.marks, legal: frame.legal } } : frame;

async function writeOut(path: string, text: string): Promise<void> {
  if (path === '-') process.stdout.write(text);
  else await writeFileAtomic(path, text);
}
