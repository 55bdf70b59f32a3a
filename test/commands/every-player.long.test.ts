/** Every listed player plays in every command that takes a name, with two, three and four seats. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { MatchGames } from '../../src/arena/match/match-games.ts';
import { parseParticipant } from '../../src/arena/participants/participant.ts';
import { resolveSettings } from '../../src/config/settings.ts';
import { gameConfig, type PlayerCount } from '../../src/engine/config-key.ts';
import { createRules } from '../../src/engine/rules.ts';
import { contentHash } from '../../src/net/arch/metadata.ts';
import { writeModel } from '../../src/net/model/file.ts';
import { playGame } from '../../src/search/play/play-game.ts';
import { parsePlayer, playerNames } from '../../src/search/players/registry.ts';
import { ON_CPU } from '../../src/selfplay/inference/computing.ts';
import { openGames } from '../../src/selfplay/run/games.ts';
import { planRun } from '../../src/selfplay/run/plan.ts';
import { playerByName } from '../../src/view/play/players.ts';
import { SeatedGame } from '../../src/view/play/seated-game.ts';
import { seededGame } from '../../src/view/replay/seeded-game.ts';
import { rr } from '../run.ts';
import { untrainedModel } from '../search/models.ts';

const COUNTS = [2, 3, 4] as const satisfies readonly PlayerCount[];
const MAX_MOVES = 9;
const place = { stopFlag: new Int32Array(new SharedArrayBuffer(4)), workerIndex: 0 };

const folder = mkdtempSync(join(tmpdir(), 'rr-every-player-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const models = new Map(
  COUNTS.map((players) => {
    const model = untrainedModel('hex8', players);
    const path = join(folder, `${players}.onnx`);
    writeFileSync(path, writeModel(model));
    return [players, { model, hash: contentHash(model), path }];
  }),
);

function modelFor(players: PlayerCount) {
  const found = models.get(players);
  if (!found) throw new Error(`no model for ${players}`);
  return found;
}

/** The cheapest form of a name. */
const short = (name: string): string => {
  const { unit, budget } = parsePlayer(name);
  if (unit === undefined || budget !== undefined) return name;
  return unit === 'depth' ? `${name}:1` : `${name}:2`;
};

describe.each(COUNTS)('with %i seats', (players) => {
  const config = gameConfig('hex8', players);
  const rules = createRules('hex8', players);
  const { model, hash, path } = modelFor(players);
  const limits = { 'max-moves': { [config.key]: MAX_MOVES } };

  test.each(playerNames())('selfplay: %s', async (name) => {
    const { settings } = resolveSettings('selfplay', { flags: { engine: short(name), workers: 1 } });
    const { needsNetwork } = parsePlayer(name);
    const flags = {
      mixBy: 'seat',
      seed: 1,
      maxMoves: MAX_MOVES,
      ...(needsNetwork && { model: { hash, path } }),
    } as const;
    const plan = planRun(config, settings, flags);
    const { spec, run, engine, modelPath, computing } = plan;
    const setup = { spec, run, engine, shard: undefined, hashes: false, lines: false, rows: false };
    const games = await openGames(rules, { ...setup, modelPath, computing, ...place });
    const game = await playGame(games.create(0));
    expect(game?.players).toEqual(new Array(players).fill(short(name)));
    expect(game?.moves.length).toBeGreaterThanOrEqual(MAX_MOVES);
  });

  test.each(playerNames())('gauntlet: %s', async (name) => {
    const context = { engine: 'gumbel', simulations: 2, seconds: 1, findModel: async () => ({ hash, path }) } as const;
    const text = parsePlayer(name).needsNetwork ? `production@${short(name)}` : short(name);
    const candidate = await parseParticipant(text, context);
    const spec = {
      ...{ board: config.board, players, seed: 1, candidate, opponents: [await parseParticipant('random', context)] },
      ...{ openingMoves: 2, maxMoves: MAX_MOVES },
    } as const;
    const games = await MatchGames.open({
      ...{ spec, run: 'r', rows: false, computing: ON_CPU, inferences: new Map(), ...place },
    });
    const game = await playGame(games.create(0));
    expect(game?.players[0]).toBe(candidate.id);
    expect(game?.moves.length).toBeGreaterThanOrEqual(MAX_MOVES);
    await games.close();
  });

  test.each(playerNames())('play: %s', async (name) => {
    const settings = { rules, model: async () => ({ ...model, hash }), simulations: 2 };
    const player = await playerByName(short(name), settings);
    const game = new SeatedGame(rules, new Array(players).fill({ name, player }), 1);
    while (game.state.ply < MAX_MOVES) expect((await game.playOther()).name).toBe(name);
  });

  test.each(playerNames({ network: false }))('show --seed: %s', async (name) => {
    const { settings } = resolveSettings('selfplay', { flags: {} });
    const limited = { ...settings, ...limits, 'max-moves': { ...settings['max-moves'], ...limits['max-moves'] } };
    const record = await seededGame(config, { seed: 1, player: short(name), settings: limited });
    expect(record.moves.length).toBeGreaterThanOrEqual(MAX_MOVES);
  });
});

describe('commands', () => {
  const short = ['--games', '2', '--max-moves', '20', '--seed', '1', '--workers', '1'];

  test.each(COUNTS)('self-play of look-ahead players with %i seats', async (players) => {
    const args = ['selfplay', '--config', `hex8_${players}p`, '--mix', 'minimax:1,maxn:1,brs:1', ...short];
    const { status, stdout } = await rr(args);
    expect(status).toBe(0);
    expect(stdout).toContain('"type":"summary"');
  });

  test.each([
    ['selfplay', '--engine', 'minmax'],
    ['selfplay', '--mix', 'minmax:1'],
    ['gauntlet', '--candidate', 'minmax'],
    ['gauntlet', '--candidate', 'random', '--against', 'minmax'],
    ['play', '--seats', 'me,minmax'],
    ['play', '--hints', 'minmax'],
    ['show', '--seed', '1', '--player', 'minmax'],
    ['bench', 'selfplay', '--engine', 'minmax'],
  ])('a slip is one line that names the nearest player: %s %s %s %s', async (...words) => {
    const { status, stderr } = await rr([...words, '--config', 'hex8_2p']);
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain("did you mean 'minimax'?");
  });
});
