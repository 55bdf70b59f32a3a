import { describe, expect, test } from 'vitest';
import { advance, apply } from '../../../src/engine/apply.ts';
import { Kind, kindOf, MoveList } from '../../../src/engine/moves.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules, type Rules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { HeuristicEvaluator } from '../../../src/search/heuristic/evaluate.ts';
import { PROFILES } from '../../../src/search/heuristic/weights.ts';
import { HeuristicPlayer } from '../../../src/search/players/heuristic.ts';
import { drawSeats, parseMix } from '../../../src/search/players/mixed.ts';
import type { Player } from '../../../src/search/players/player.ts';
import { RandomPlayer } from '../../../src/search/players/random.ts';
import { createPlayer, playerNames } from '../../../src/search/players/registry.ts';
import { plainResources } from '../../../src/search/players/resources.ts';
import { chosen, played } from '../play.ts';

const plain = (name: string, rules: Rules, weightNoise = 0): Player =>
  createPlayer(name, plainResources(rules, weightNoise));
const options = { maxMoves: 2000, hashes: false, openingMoves: 0 };

describe('random player', () => {
  test('is uniform over the legal moves', () => {
    const s = new State(createRules('hex8', 2));
    const legal = new MoveList();
    advance(s, legal);
    const counts = new Map<number, number>();
    const player = new RandomPlayer();
    const random = new Random(3);
    const draws = 200 * legal.length;
    for (let i = 0; i < draws; i++) {
      const move = chosen(player, { state: s, legal }, random);
      counts.set(move, (counts.get(move) ?? 0) + 1);
    }
    expect(counts.size).toBe(legal.length);
    let chiSquare = 0;
    for (const count of counts.values()) chiSquare += (count - 200) ** 2 / 200;
    // Mean = degrees of freedom; five standard deviations leave no room for chance with a fixed seed.
    expect(chiSquare).toBeLessThan(legal.length + 5 * Math.sqrt(2 * legal.length));
  });
});

describe('heuristic player', () => {
  test('takes a move of the highest evaluation and spreads ties', () => {
    const rules = createRules('square8', 2);
    const s = new State(rules);
    const legal = new MoveList();
    const evaluator = new HeuristicEvaluator({ weights: PROFILES.aggressive, mode: 'full' });
    const player = plain('heuristic', rules);
    const random = new Random(5);
    const first = new Set<number>();
    for (let i = 0; i < 60; i++) {
      advance(s, legal);
      if (s.isOver) s.reset();
      advance(s, legal);
      const before = s.clone();
      const move = chosen(player, { state: s, legal }, random);
      expect(s.equals(before)).toBe(true);
      const values = Array.from(legal.moves.subarray(0, legal.length), (candidate) => {
        const next = s.clone();
        apply(next, candidate);
        return evaluator.evaluate(next, s.player);
      });
      const value = values[legal.moves.indexOf(move)];
      expect(value).toBeGreaterThanOrEqual(Math.max(...values) - 1e-9);
      if (s.ply === 0) first.add(move);
      apply(s, move);
    }
    const start = new State(rules);
    advance(start, legal);
    for (let i = 0; i < 40; i++) first.add(chosen(player, { state: start, legal }, random));
    expect(first.size).toBeGreaterThan(1);
  });

  // Measured over 100 games each: 0.82, 0.71, 0.63.
  test.each([
    ['square8', 2, 0.6],
    ['hex8', 3, 0.45],
    ['square8', 4, 0.4],
  ] as const)('beats random players on %s with %i players', (board, players, share) => {
    const rules = createRules(board, players);
    let wins = 0;
    const games = 24;
    for (let i = 0; i < games; i++) {
      const seat = i % players;
      const table = Array.from({ length: players }, (_, at) => plain(at === seat ? 'heuristic' : 'random', rules));
      if (played(rules, { seed: 17, index: i, players: table, ...options }).winner === seat + 1) wins++;
    }
    expect(wins / games).toBeGreaterThan(share);
  });

  test('weight noise changes play from game to game and not within a seed', () => {
    const rules = createRules('hex8', 2);
    const moves = (noise: number, index: number) => {
      const noisy = () => plain('heuristic', rules, noise);
      return played(rules, { seed: 1, index, players: [noisy(), noisy()], ...options }).moves.join();
    };
    expect(moves(0.5, 0)).toBe(moves(0.5, 0));
    expect(moves(0.5, 0)).not.toBe(moves(0, 0));
  });

  test('randomness 1 is the random player', () => {
    const always = new HeuristicPlayer({ name: 'x', weights: PROFILES.balanced, mode: 'light', randomness: 1 });
    const s = new State(createRules('hex8', 2));
    const legal = new MoveList();
    advance(s, legal);
    const seen = new Set<number>();
    for (let i = 0; i < 300; i++) seen.add(chosen(always, { state: s, legal }, new Random(i)));
    expect(seen.size).toBeGreaterThan(90);
  });

  test('takes the other seat when it is clearly better, by the pie rule, and only then', () => {
    const rules = createRules('square8', 2, { swapRuleEnabled: true });
    const player = plain('heuristic', rules);
    const legal = new MoveList();
    const offer = (stacks: readonly number[]): number => {
      const s = new State(rules);
      for (const cell of stacks) {
        s.pushTop(cell, 1);
        s.hand[1]--;
      }
      s.player = 2;
      s.movedMask = 1;
      advance(s, legal);
      return kindOf(chosen(player, { state: s, legal }));
    };
    expect(offer([0])).not.toBe(Kind.swap);
    expect(offer([27, 28, 35, 36, 20, 11])).toBe(Kind.swap);
  });

  test('after a swap the players have changed seats', () => {
    const rules = createRules('square8', 2, { swapRuleEnabled: true });
    const asked: [string, number][] = [];
    const player = (name: string): Player => ({
      name,
      newGame: () => ({
        decide({ state, legal }) {
          asked.push([name, state.player]);
          const moves = legal.moves.subarray(0, legal.length);
          return { move: moves.find((move) => kindOf(move) === Kind.swap) ?? legal.at(0) };
        },
      }),
    });
    const game = played(rules, { seed: 1, index: 0, players: [player('a'), player('b')], ...options, maxMoves: 40 });
    expect(game.swapped).toBe(true);
    expect(game.players).toEqual(['a', 'b']);
    const swapAt = asked.findIndex(([name, seat]) => name === 'b' && seat === 2);
    expect(asked.slice(0, swapAt).every(([name, seat]) => name === 'a' && seat === 1)).toBe(true);
    expect(asked.slice(swapAt + 1).every(([name, seat]) => (name === 'a') === (seat === 2))).toBe(true);
  });
});

describe('registry and mixes', () => {
  test('makes every player it lists and names the nearest for a slip', () => {
    const rules = createRules('hex8', 2);
    for (const name of playerNames({ network: false })) expect(plain(name, rules).name).toBe(name);
    expect(() => plain('heuristc', rules)).toThrow(/heuristic/);
  });

  test('a mix draws by weight, per seat or per game', () => {
    const mix = parseMix('heuristic:0.7,random:0.3');
    const random = new Random(8);
    const seats = Array.from({ length: 1000 }, () => drawSeats(mix, 2, 'seat', random)).flat();
    const share = seats.filter((name) => name === 'heuristic').length / seats.length;
    expect(Math.abs(share - 0.7)).toBeLessThan(0.05);
    for (let i = 0; i < 20; i++) expect(new Set(drawSeats(mix, 4, 'game', random)).size).toBe(1);
    expect(drawSeats(parseMix('random:0,heuristic:2'), 3, 'seat', random)).toEqual(Array(3).fill('heuristic'));
  });

  test.each(['', 'heuristic', 'heuristic:-1', 'a:1,', 'random:0'])('refuses the mix %j', (text) => {
    expect(() => parseMix(text)).toThrow(/--mix/);
  });
});
