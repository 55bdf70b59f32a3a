/** What a game costs on disk here and in the original's database. `npx vitest run test/games/databases/size.test.ts` prints it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRules } from '../../../src/engine/rules.ts';
import { convertToRingrift } from '../../../src/games/convert/files.ts';
import { storedGame } from '../../../src/games/record/game-store.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { FormulaEvaluator } from '../../../src/search/evaluators/formula.ts';
import type { PlayedGame } from '../../../src/search/play/played-game.ts';
import { Workbench } from '../../../src/search/tree/workbench.ts';
import { runGames } from '../../../src/selfplay/scheduler/game-scheduler.ts';
import { RunGames } from '../../../src/selfplay/scheduler/run-games.ts';
import { temporaryFolder } from '../upstream/fixture.ts';

const folder = temporaryFolder();
const rules = createRules('hex8', 2);

async function play(player: string, games: number): Promise<PlayedGame[]> {
  const resources = {
    bench: new Workbench(rules),
    // equal priors: the improved policy then has a share for every legal move, as with an untrained network
    network: new FormulaEvaluator(rules),
    heuristic: new FormulaEvaluator(rules),
    weightNoise: 0.1,
  };
  const mix = [{ player, weight: 1 }];
  const run = new RunGames({ seed: 1, mix, mixScope: 'seat', openingMoves: 0, maxMoves: 600 }, resources, {
    hashes: false,
  });
  const played: PlayedGame[] = [];
  let index = 0;
  await runGames(
    () => (index < games ? run.create(index++) : null),
    (game) => played.push(game.result()),
    { inFlight: 4, batch: 16 },
  );
  return played;
}

interface Sizes {
  readonly ours: number;
  readonly blobs: number;
  readonly theirs: number;
  /** Decisions with a policy, and moves in one, on average. */
  readonly policies: number;
  readonly moves: number;
}

/** Bytes a game, the whole file divided by its games. */
async function sizes(player: string, games: number): Promise<Sizes> {
  const ours = join(folder, `${games}.db`);
  const theirs = join(folder, `${games}-theirs.db`);
  const store = GameStore.open(ours);
  const context = { rules, run: 'size', seed: 1, engine: player };
  const played = await play(player, games);
  const searched = played.flatMap(({ searches }) => searches.filter(({ policy }) => policy !== undefined));
  for (const game of played) store.append(storedGame(context, game, '2026-01-01T00:00:00.000Z'));
  store.commit();
  const blobs = (store.blobBytes().get('hex8_2p') ?? 0) / games;
  store.close();
  await convertToRingrift([ours], theirs, {});
  const moves = searched.reduce((sum, { policy }) => sum + (policy?.indices.length ?? 0), 0) / searched.length;
  const [a, b] = [ours, theirs].map((path) => statSync(path).size / games);
  return { ours: a, blobs, theirs: b, policies: searched.length / games, moves };
}

it.each([
  ['heuristic', 100, 3000],
  ['gumbel:64', 40, 10_000],
])('a hex8 game of %s, %i games, below %i bytes', async (player, games, limit) => {
  const { ours, blobs, theirs, policies, moves } = await sizes(player, games);
  const text = [ours, blobs, theirs].map((bytes) => Math.round(bytes).toLocaleString('en-US'));
  console.log(`${player}: ${text[0]} bytes a game (${text[1]} of moves and search), the original's ${text[2]}`);
  if (policies > 0) console.log(`${Math.round(policies)} policies a game with ${moves.toFixed(1)} moves each`);
  expect(ours).toBeLessThan(limit);
  expect(theirs / ours).toBeGreaterThan(20);
});
