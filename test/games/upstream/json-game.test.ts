/** Upstream's games in JSON: one to a file, spread over lines or not, one to a line, and lines of self-play logs. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertToRingrift } from '../../../src/games/convert/files.ts';
import { importRecords } from '../../../src/games/convert/import.ts';
import { storedFromRingrift } from '../../../src/games/convert/to-stored.ts';
import { openGames } from '../../../src/games/game/open.ts';
import { GameStore } from '../../../src/games/store/store.ts';
import { openRingriftDb } from '../../../src/games/upstream/reader.ts';
import type { RingriftGame } from '../../../src/games/upstream/types.ts';
import { checkGame } from '../../../src/parity/check.ts';
import { FIXTURES } from '../../shared.ts';
import { temporaryFolder } from './fixture.ts';

const folder = temporaryFolder();
const NOW = '2026-01-01T00:00:00.000Z';
let games: RingriftGame[] = [];

beforeAll(async () => {
  const reader = await openRingriftDb(resolve(FIXTURES, 'db/hex8_2p_swap.db.gz'));
  games = [...reader.games()].flatMap((game) => ('problem' in game ? [] : [game]));
  reader.close();
  expect(games).toHaveLength(2);
});

/** Fields of a move in a game record (docs/upstream-formats.md §2): no phase, no ids, nothing empty. */
const RECORDED = [
  ...['type', 'player', 'from', 'to', 'captureTarget', 'placementCount', 'formedLines', 'collapsedMarkers'],
  ...['disconnectedRegions', 'eliminatedRings', 'eliminationContext', 'recoveryMode', 'extractionStacks'],
];

function gameRecord({ game, players, moves, snapshots }: RingriftGame): Record<string, unknown> {
  return {
    id: game.game_id,
    boardType: game.board_type,
    numPlayers: game.num_players,
    rngSeed: 7,
    isRated: false,
    players: players.map(({ player_number }) => ({
      playerNumber: player_number,
      username: `AI ${player_number}`,
      playerType: 'ai',
      aiType: 'heuristic',
    })),
    winner: game.winner,
    outcome: game.termination_reason,
    finalScore: {
      ringsEliminated: Object.fromEntries(players.map((row) => [row.player_number, row.final_eliminated_rings])),
      territorySpaces: Object.fromEntries(players.map((row) => [row.player_number, row.final_territory_spaces])),
    },
    startedAt: '2026-02-03T04:05:06',
    endedAt: '2026-02-03T04:06:06',
    totalMoves: moves.length,
    totalDurationMs: 60_000,
    moves: moves.map(({ move }, ply) => ({
      moveNumber: ply + 1,
      ...Object.fromEntries(RECORDED.flatMap((name) => (move[name] == null ? [] : [[name, move[name]]]))),
      thinkTimeMs: 5,
      rrn: 'Pa1',
      mctsPolicy: { 3: 1 },
    })),
    metadata: { recordVersion: '1.0', source: 'self_play' },
    finalStateHash: snapshots.at(-1)?.state_hash,
  };
}

const logLine = ({ game, initialState, moves }: RingriftGame): Record<string, unknown> => ({
  index: 0,
  num_players: game.num_players,
  board_type: game.board_type,
  engine_mode: 'heuristic-only',
  seed: 3,
  length: moves.length,
  status: 'completed',
  winner: game.winner,
  termination_reason: game.termination_reason,
  moves: moves.map(({ move }) => move),
  initial_state: initialState,
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

async function checked(path: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of openGames(path, { truncated: 'named' })) {
    if (!('game' in item)) found.push(item);
    else {
      const { plies, divergence } = checkGame(item.game);
      found.push([plies, divergence?.kind ?? null]);
    }
  }
  return found;
}

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('are read like any other games', () => {
  it.each([
    ['a record in a file, spread over lines', () => file('one.json', JSON.stringify(record(0), null, 2)), 1],
    ['the same, compressed', () => file('one.json.gz', JSON.stringify(record(0), null, 2)), 1],
    ['a list of records', () => file('list.json', JSON.stringify([record(0), record(1)])), 2],
    ['a record a line', () => file('records.jsonl', lines([record(0), record(1)])), 2],
    ['a line of a self-play log a game', () => file('log.jsonl', lines(games.map(logLine))), 2],
  ])('%s', async (_, write, count) => {
    const expected = games.slice(0, count).map(({ moves }) => [moves.length, null]);
    expect(await checked(write())).toEqual(expected);
  });

  const record = (index: number) => gameRecord(games[index] as RingriftGame);

  it('a game whose moves are not legal diverges; a log line without moves is named', async () => {
    const bad = record(0);
    const moves = bad.moves as Record<string, unknown>[];
    bad.moves = moves.map((move, ply) => (ply === 6 ? { ...move, type: 'no_line_action', to: undefined } : move));
    const { moves: _, initial_state: __, ...bare } = logLine(games[0] as RingriftGame);
    const found = await checked(file('bad.jsonl', lines([bad, bare])));
    expect(found[0]).toMatchObject([6, 'phase']);
    expect(found[1]).toMatchObject({ problem: expect.stringContaining('without moves') });
  });
});

describe('are imported', () => {
  const imported = async (path: string) => {
    const target = `${path}.db`;
    const refused: string[] = [];
    const store = GameStore.open(target);
    const onRefused = (error: Error) => refused.push(error.message);
    const summary = await importRecords(store, [path], { now: NOW, onRefused });
    const rows = [...store.games()];
    store.close();
    return { target, refused, summary, rows };
  };

  it('with the moves of the same games in a database, and go back into one', async () => {
    const { target, summary, rows } = await imported(file('import.jsonl', lines(games.map(logLine))));
    expect(summary).toMatchObject({ read: 2, added: 2, refused: 0 });
    const expected = games.map((game) => Buffer.from(storedFromRingrift(game).moves).toString('hex'));
    expect(rows.map(({ moves }) => Buffer.from(moves).toString('hex'))).toEqual(expected);
    const back = join(folder, 'back.db');
    expect(await convertToRingrift([target], back, {})).toMatchObject({ written: 2, refused: 0 });
    expect(await checked(back)).toEqual(games.map(({ moves }) => [moves.length, null]));
    expect(await imported(file('import.jsonl', lines(games.map(logLine))))).toMatchObject({ summary: { added: 0 } });
  });

  it('but for what is not legal, which is named', async () => {
    const line = logLine(games[0] as RingriftGame);
    const moves = line.moves as Record<string, unknown>[];
    const bad = { ...line, moves: moves.map((move, ply) => (ply === 9 ? { ...move, player: 3 } : move)) };
    const { refused, summary } = await imported(
      file('some.jsonl', `${lines([bad, logLine(games[1] as RingriftGame)])}{"board_type": "hex`),
    );
    expect(summary).toMatchObject({ added: 1, refused: 2 });
    expect(refused).toEqual([
      expect.stringMatching(/some\.jsonl:1: .*moves\[9\].*player 3/),
      expect.stringMatching(/some\.jsonl:3: .*may have been cut/),
    ]);
  });

  it('and a file of another kind is called what it is', async () => {
    const npz = resolve(FIXTURES, 'npz/hex8_4p_v2.npz');
    await expect(imported(npz)).rejects.toThrow(/is an NPZ training file; games cannot be made from it/);
  });
});
