/** A table with people: what undo restores, what typing may mean. */
import { describe, expect, it } from 'vitest';
import { legalMoves } from '../../../src/engine/legal.ts';
import { MoveList } from '../../../src/engine/moves.ts';
import { cellName } from '../../../src/engine/notation.ts';
import { Random } from '../../../src/engine/random.ts';
import { createRules } from '../../../src/engine/rules.ts';
import { State } from '../../../src/engine/state.ts';
import { UniformEvaluator } from '../../../src/search/evaluators/uniform.ts';
import { GumbelPlayer } from '../../../src/search/players/gumbel.ts';
import { RandomPlayer } from '../../../src/search/players/random.ts';
import { cellOrRow, isCellAlone, matchMoves, moveOptions } from '../../../src/view/play/move-input.ts';
import { SeatedGame } from '../../../src/view/play/seated-game.ts';

const random = new RandomPlayer();

describe('a seated game', () => {
  it('comes back to the same positions after undo, over a whole game', async () => {
    const rules = createRules('square8', 2, { swapRuleEnabled: true });
    const game = new SeatedGame(rules, [{ name: 'me' }, { name: 'random', player: random }], 9);
    const draws = new Random(4);
    expect(game.undo()).toBe(false);
    let undone = 0;
    while (!game.isOver) {
      if (!game.personToMove) {
        await game.playOther();
        continue;
      }
      const before = game.state.clone();
      game.play(game.legal.moves[draws.below(game.legal.length)]);
      if (draws.below(4) > 0) continue;
      while (!game.isOver && !game.personToMove) await game.playOther();
      expect(game.undo()).toBe(true);
      undone++;
      // One decision of the person's at a time: the last one may be later in the same turn.
      while (game.state.ply > before.ply) expect(game.undo()).toBe(true);
      expect(game.state.equals(before)).toBe(true);
      game.play(game.legal.moves[0]);
    }
    expect(undone).toBeGreaterThan(1);
    const played = game.finished();
    expect(played.outcome).toBeGreaterThan(0);
    expect(played.moves).toHaveLength(game.state.ply);
  });

  it('plays with a searching player and keeps what it found', async () => {
    const rules = createRules('hex8', 2);
    const player = new GumbelPlayer(new UniformEvaluator(rules), { name: 'gumbel', simulations: 16 });
    const game = new SeatedGame(rules, [{ name: 'me' }, { name: 'gumbel', player }], 1);
    while (game.personToMove) game.play(game.legal.moves[0]);
    const expected = game.hint(player);
    expect((await expected).report?.policy?.indices.length).toBeGreaterThan(0);
    await game.playOther();
    expect(game.finished().searches).toHaveLength(1);
  });
});

it('finds a cell by its name or by its row', () => {
  const s = new State(createRules('hexagonal', 2));
  const named = (text: string): string => cellName(s.rules.topology, cellOrRow(s, text) ?? -1);
  expect(named('m13')).toBe('m13');
  expect(named('25')).toMatch(/^[a-z]25$/);
  expect(cellOrRow(s, '26')).toBeUndefined();
  expect(cellOrRow(s, 'zz')).toBeUndefined();
});

describe('typed moves', () => {
  const s = new State(createRules('hex8', 2));
  const legal = new MoveList();
  legalMoves(s, legal);
  const options = moveOptions(s, legal);
  const texts = (typed: string) => matchMoves(s, options, typed).map(({ text }) => text);

  it('takes notation as it is and cells as a filter', () => {
    expect(texts('e5')).toEqual(['e5 x1', 'e5 x2', 'e5 x3']);
    expect(texts(' E5  X2 ')).toEqual(['e5 x2']);
    expect(texts('e5 x')).toEqual(['e5 x1', 'e5 x2', 'e5 x3']);
    expect(texts('zz')).toEqual([]);
  });

  it('finds every move by its own notation', () => {
    for (const option of options) expect(matchMoves(s, options, option.text)).toEqual([option]);
  });

  it('narrows moves by from, then by to, in either notation', () => {
    const moved = s.clone();
    moved.pushTop(s.rules.topology.cellOfKey.get('0,0,0') ?? 0, 1);
    moved.phase = 1;
    const list = new MoveList();
    legalMoves(moved, list);
    const all = moveOptions(moved, list);
    expect(matchMoves(moved, all, 'e5').length).toBe(all.length);
    expect(matchMoves(moved, all, 'e5 e6').map(({ text }) => text)).toEqual(['e5-e6']);
    expect(matchMoves(moved, all, 'e5>e6').map(({ text }) => text)).toEqual(['e5-e6']);
    expect([isCellAlone(moved, 'e6'), isCellAlone(moved, 'e5-e6'), isCellAlone(moved, 'skip')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(matchMoves(moved, all, 'e6').map(({ text }) => text)).toEqual(['e5-e6']);
  });
});
