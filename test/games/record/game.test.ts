import { describe, expect, test } from 'vitest';
import { BOARDS } from '../../../src/engine/boards.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { storedFromRecord } from '../../../src/games/convert/record.ts';
import { gameOfRecord } from '../../../src/games/game/of-record.ts';
import { replay } from '../../../src/games/game/replay.ts';
import { type GameRecord, gameKind } from '../../../src/games/record/game.ts';
import { gameId, gameRecord, type RunContext } from '../../../src/games/record/game-write.ts';
import { createPlayer } from '../../../src/search/players/registry.ts';
import { plainResources } from '../../../src/search/players/resources.ts';
import { played } from '../../search/play.ts';

const contextOf = (rules: RunContext['rules']): RunContext => ({ rules, run: 'r', seed: 4, engine: 'random' });

function recorded(board: (typeof BOARDS)[number], players: 2 | 3 | 4, index: number) {
  const rules = createRules(board, players, { swapRuleEnabled: players === 2 });
  const table = Array.from({ length: players }, () => createPlayer('random', plainResources(rules)));
  const limits = { maxMoves: 400, hashes: true, openingMoves: 2 };
  const game = played(rules, { seed: 4, index, players: table, ...limits });
  return { game, record: gameRecord(contextOf(rules), game), rules };
}

const replayRecord = (record: GameRecord, where: string) => replay(gameOfRecord(record, where));

const configs = BOARDS.flatMap((board) => ([2, 3, 4] as const).map((players) => [board, players] as const));

describe('game record', () => {
  test.each(configs)('%s with %i players survives the text and replays to the same moves', (board, players) => {
    for (let index = 0; index < (board === 'hex8' || board === 'square8' ? 8 : 1); index++) {
      const { game, record } = recorded(board, players, index);
      const checked = gameKind.check(JSON.parse(JSON.stringify(record)));
      if (!checked.ok) throw new Error(checked.detail);
      expect(checked.value).toEqual(record);
      const moves: number[] = [];
      const final = replay(gameOfRecord(checked.value, 'test'), { move: ({ move }) => moves.push(move) });
      expect(moves).toEqual([...game.moves]);
      expect(final.winner).toBe(game.winner);
    }
  });

  test('search data come back exactly', () => {
    const { game, record: plain, rules } = recorded('hex8', 2, 1);
    const search = {
      ply: 3,
      policy: { indices: Uint16Array.of(0, 7, 9), probs: Uint16Array.of(1, 65000, 534) },
      values: Int16Array.of(-32767, 32767),
      budget: 64,
      surprise: 321,
      weight: 100,
    };
    const record = gameRecord(contextOf(rules), { ...game, searches: [search] });
    expect(gameOfRecord(record, 'test').searches).toEqual([search]);
    expect(plain.search).toBeUndefined();
  });

  test('refuses a move that is not legal and a position that differs, by place', () => {
    const { record } = recorded('square8', 2, 2);
    const swappedMoves = { ...record, moves: [record.moves[4], ...record.moves.slice(1)] };
    expect(() => replayRecord(swappedMoves, 'file:7')).toThrow(/^file:7: .*moves\[0\]/);
    const hashes = [...(record.hashes ?? [])];
    hashes[5] = '0000000000000000';
    expect(() => storedFromRecord({ ...record, hashes }, 'file:7', '')).toThrow(/moves\[5\]: leads to position/);
    expect(() => replayRecord({ ...record, plies: 3 }, 'file:7')).toThrow(/promises 3 moves/);
  });

  test('refuses search data that are not those of the game', () => {
    const { record } = recorded('hex8', 2, 4);
    const refused = (...search: NonNullable<typeof record.search>) =>
      expect(() => replayRecord({ ...record, search }, 'file:7'));
    refused({ ply: 0, policy: [[0, 65535]] }).not.toThrow();
    refused({ ply: 0, policy: [[0, 65534]] }).toThrow(/moves\[0\]: its search policy sums to 0\.99/);
    refused({ ply: 0, policy: [[4096, 65535]] }).toThrow(/its search policy names move 4096 of/);
    refused({ ply: 4096 }).toThrow(/search at move 4096/);
    refused({ ply: 2 }, { ply: 1 }).toThrow(/search at move 1 after one at move 2/);
    refused({ ply: 0, values: [1, 2, 3] }).toThrow(/3 values for 2 players/);
  });

  test('refuses a result that the moves do not lead to', () => {
    const { record, game } = recorded('hex8', 2, 3);
    const other = 3 - game.winner;
    const refused = (change: Partial<typeof record>) => expect(() => replayRecord({ ...record, ...change }, 'file:7'));
    refused({ winner: other }).toThrow(
      new RegExp(
        `^file:7: .*says completed, player ${other} wins by \\w+, but after its moves player ${game.winner} wins`,
      ),
    );
    refused({ winner: null }).toThrow(/says completed, nobody wins/);
    refused({ status: 'abandoned' }).toThrow(/says abandoned/);
    refused({ outcome: 'timeout' }).toThrow(/wins by timeout, but after/);
    refused({ eliminated: [0, 99] }).toThrow(/eliminated is \[0,99\] in the record, but/);
    const short = { ...record, moves: record.moves.slice(0, -1), plies: record.plies - 1, hashes: undefined };
    expect(() => replayRecord(short, 'file:7')).toThrow(/but after its moves the game is not over/);
  });

  test('games from elsewhere may end otherwise than by the rules, but not against them', () => {
    const { record, game } = recorded('hex8', 2, 3);
    const { outcome: _, detector: __, eliminated: ___, territory: ____, ...foreign } = { ...record, source: 'old' };
    expect(() => replayRecord({ ...foreign, winner: 3 - game.winner }, 'file:7')).toThrow(/but after its moves/);
    const short = { ...foreign, moves: record.moves.slice(0, -1), plies: record.plies - 1, hashes: undefined };
    expect(replayRecord(short, 'file:7').isOver).toBe(false);
  });

  test('ids depend on run, index and moves', () => {
    const { game } = recorded('hex8', 2, 1);
    const ids = [
      gameId('r', game),
      gameId('s', game),
      gameId('r', { ...game, index: 2 }),
      gameId('r', { ...game, moves: game.moves.slice(1) }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(gameId('r', { ...game, hashes: null })).toBe(ids[0]);
  });
});
