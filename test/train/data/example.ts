/** Small rr1 training files from real games, for tests of the trainer. */
import { tmpdir } from 'node:os';
import { type Board, gameConfig, type PlayerCount } from '../../../src/engine/config-key.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import type { Game } from '../../../src/games/game/game.ts';
import { gameWithoutMoves } from '../../../src/games/game/of-position.ts';
import { Rr1Writer } from '../../../src/samples/rr1.ts';
import { plainGames, playOne } from '../../selfplay/plain-run.ts';

export interface ExampleGames {
  readonly board: Board;
  readonly players: PlayerCount;
  readonly games: number;
  readonly seed: number;
  /** Default: random. */
  readonly player?: string;
  readonly sampleEvery?: number;
  /** Beginning of their ids. */
  readonly name?: string;
  /** Age of game i, hours before 2026-01-02. */
  readonly hours?: (i: number) => number;
}

/** Writes a file with the samples of played games and returns their number. */
export async function writeExampleNpz(path: string, options: ExampleGames): Promise<number> {
  const {
    board,
    players,
    games,
    seed,
    player = 'random',
    sampleEvery = 1,
    name = 'example',
    hours = () => 0,
  } = options;
  const rules = createRules(board, players);
  const run = plainGames({
    board,
    players,
    options: {},
    seed,
    mix: [{ player, weight: 1 }],
    mixScope: 'seat',
    openingMoves: 4,
    weightNoise: 0,
    maxMoves: 3000,
  });
  const writer = new Rr1Writer(
    { config: gameConfig(board, players), target: { path }, spillFolder: tmpdir() },
    { sampleEvery, includeBookkeeping: false, compressionLevel: 1 },
  );
  for (let i = 0; i < games; i++) {
    const played = playOne(run, i);
    if (played.winner === 0) continue;
    const game: Game = {
      ...gameWithoutMoves(new State(rules), 'example'),
      id: `${name}-${board}-${players}-${seed}-${i}`,
      moves: Array.from(played.moves),
      status: 'completed',
      winner: played.winner,
      engine: player,
      createdAt: new Date(Date.UTC(2026, 0, 2) - 3600e3 * hours(i)).toISOString(),
    };
    writer.add(game);
  }
  const { samples } = writer;
  await writer.finish();
  return samples;
}
