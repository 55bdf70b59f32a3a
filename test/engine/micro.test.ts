/** The conformance micro-tests of docs/rules.md §15; values as the original produced them. */
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/engine/apply.ts';
import { fingerprint, legalTexts } from '../../src/engine/fingerprint.ts';
import { legalMoves } from '../../src/engine/legal.ts';
import { MoveList } from '../../src/engine/moves.ts';
import type { State } from '../../src/engine/state.ts';
import { moveText } from '../../src/engine/text.ts';
import { type Interpretation, interpretMove } from '../../src/games/upstream/interpret.ts';
import { position } from './position.ts';

const list = new MoveList();

const texts = (s: State): string[] => {
  legalMoves(s, list);
  return legalTexts(s, list);
};

/** Plays the legal move whose golden text starts with `text`. */
const playText = (s: State, text: string): void => {
  legalMoves(s, list);
  const move = Array.from(list.moves.subarray(0, list.length)).find((m) => moveText(s, m).startsWith(text));
  if (move === undefined) throw new Error(`no legal ${text} among ${texts(s).join(' ')}`);
  apply(s, move);
};

const playJson = (s: State, move: Record<string, unknown>): Interpretation => {
  const read = interpretMove(s, { player: s.player, ...move });
  read.play(s);
  return read;
};

const at = (key: string): Record<string, number> => {
  const [x, y, z] = key.split(',').map(Number);
  return z === undefined ? { x, y } : { x, y, z };
};
const line = (player: number, ...keys: string[]) => ({
  formedLines: [{ positions: keys.map(at), player, length: keys.length }],
});

describe('rules micro-tests', () => {
  it('T1: a recovery whose first axis is too short is listed by the original but never playable', () => {
    const s = position({
      phase: 'movement',
      hands: [0, 18],
      S: { '7,7': [2, 1] },
      M: { '2,4': 1, '4,4': 1, '3,5': 1, '3,6': 1, '3,7': 1, '4,3': 1 },
    });
    expect(texts(s)).toEqual(['recovery_slide:line:2,4>3,4:1', 'recovery_slide:line:4,4>3,4:1', 'skip_recovery']);
  });

  const overlength = () =>
    position({
      phase: 'movement',
      hands: [0, 18],
      S: { '7,7': [2, 1] },
      M: { '0,0': 1, '1,0': 1, '2,0': 1, '3,0': 1, '4,1': 1 },
    });

  it('T2: overlength recovery, the window with the destination played as a variant, or the whole line', () => {
    const s = overlength();
    expect(texts(s)).toContain('recovery_slide:line:4,1>4,0:1');
    expect(texts(s).some((text) => text.includes('4,0:2'))).toBe(false);
    const read = playJson(s, {
      type: 'recovery_slide',
      from: at('4,1'),
      to: at('4,0'),
      recoveryMode: 'line',
      option: 2,
      collapsePositions: ['1,0', '2,0', '3,0', '4,0'].map(at),
      extractionStacks: [],
    });
    expect(read.variant).toBe('unlisted-window');
    expect(fingerprint(s)).toBe('1:line_processing:active:0#1:0:0:4|2:18:0:0#7,7:2:2:1#0,0:1#1,0:1|2,0:1|3,0:1|4,0:1');
    const whole = overlength();
    playText(whole, 'recovery_slide:line:4,1>4,0:1');
    // The loner's last ring is gone, so the test made after every move ends the game; the board is the original's.
    expect(fingerprint(whole)).toBe(
      '0:game_over:completed:0#1:0:1:5|2:18:0:0#7,7:2:1:1##0,0:1|1,0:1|2,0:1|3,0:1|4,0:1',
    );
  });

  it('T3: stack strike', () => {
    const s = position({ phase: 'movement', hands: [0, 18], S: { '4,4': [2, 1], '7,7': [2] }, M: { '3,3': 1 } });
    expect(texts(s).filter((text) => text.startsWith('recovery_slide:fallback'))).toHaveLength(7);
    playText(s, 'recovery_slide:stack_strike:3,3>4,4');
    expect(fingerprint(s)).toBe('0:game_over:completed:0#1:0:2:0|2:18:0:0#7,7:2:1:1##');
  });

  it('T4: two exact lines for one ring, as hosts accept it', () => {
    const rows = Object.fromEntries(
      [0, 1, 2, 3].flatMap((x) => [
        [`${x},0`, 1],
        [`${x},2`, 1],
      ]),
    );
    const s = position({ phase: 'line_processing', acted: true, S: { '7,7': [1, 1, 1], '0,7': [2] }, M: rows });
    expect(texts(s)).toHaveLength(2);
    playText(s, 'process_line:0,0');
    expect(texts(s)).toEqual(['eliminate_rings_from_stack:line:7,7:1']);
    const second = playJson(s, { type: 'process_line', to: at('0,2'), ...line(1, '0,2', '1,2', '2,2', '3,2') });
    expect(second.variant).toBe('line-while-owed');
    playText(s, 'eliminate_rings_from_stack:line:7,7');
    expect(fingerprint(s)).toBe(
      '1:line_processing:active:0#1:18:1:8|2:18:0:0#0,7:2:1:1|7,7:1:2:2##0,0:1|0,2:1|1,0:1|1,2:1|2,0:1|2,2:1|3,0:1|3,2:1',
    );
    expect(texts(s)).toEqual(['no_line_action']);
  });

  it('T5: an elimination without context takes the cap; leaving lines takes the debt along', () => {
    const owed = () =>
      position({ phase: 'line_processing', owesLine: true, acted: true, S: { '7,7': [1, 1, 1], '0,7': [2] } });
    const cap = owed();
    expect(playJson(cap, { type: 'eliminate_rings_from_stack', to: at('7,7') }).variant).toBe('cap-for-line');
    expect(fingerprint(cap)).toBe('1:line_processing:active:1#1:18:3:0|2:18:0:0#0,7:2:1:1##');
    const left = owed();
    expect(playJson(left, { type: 'no_line_action' }).variant).toBe('leaves-lines');
    expect(fingerprint(left)).toBe('1:territory_processing:active:1#1:18:0:0|2:18:0:0#0,7:2:1:1|7,7:1:3:3##');
  });

  it('T6: process_line on an overlength line changes nothing', () => {
    const keys = ['0,0', '1,0', '2,0', '3,0', '4,0'];
    const s = position({
      phase: 'line_processing',
      acted: true,
      S: { '7,7': [1], '0,7': [2] },
      M: Object.fromEntries(keys.map((key) => [key, 1])),
    });
    const before = fingerprint(s);
    expect(texts(s)).toHaveLength(3);
    expect(playJson(s, { type: 'process_line', to: at('0,0'), ...line(1, ...keys) }).variant).toBe('idle-process-line');
    expect(fingerprint(s)).toBe(before);
  });

  it('T7: the border of a region spreads over markers of any colour', () => {
    const s = position({
      phase: 'territory_processing',
      S: { '7,7': [1], '0,0': [2] },
      M: { '1,0': 1, '0,1': 1, '2,1': 2, '3,2': 2, '5,5': 2 },
    });
    expect(texts(s)).toEqual(['choose_territory_option:0,0', 'skip_territory_processing']);
    playText(s, 'choose_territory_option');
    expect(fingerprint(s)).toBe(
      '1:territory_processing:active:0#1:18:1:5|2:18:0:0#7,7:1:1:1#5,5:2#0,0:1|0,1:1|1,0:1|2,1:1|3,2:1',
    );
  });

  it('T8: on hex8 with three players a run of three is never offered, but honoured when recorded', () => {
    const s = position({
      board: 'hex8',
      players: 3,
      phase: 'line_processing',
      acted: true,
      S: { '4,-4,0': [1, 1], '-4,4,0': [2], '-4,0,4': [3] },
      M: { '0,0,0': 1, '1,0,-1': 1, '2,0,-2': 1 },
    });
    expect(texts(s)).toEqual(['no_line_action']);
    const read = playJson(s, { type: 'process_line', to: at('0,0,0'), ...line(1, '0,0,0', '1,0,-1', '2,0,-2') });
    expect(read.variant).toBe('unlisted-line');
    expect(fingerprint(s)).toBe(
      '1:line_processing:active:1#1:18:0:3|2:18:0:0|3:18:0:0#-4,0,4:3:1:1|-4,4,0:2:1:1|4,-4,0:1:2:2##0,0,0:1|1,0,-1:1|2,0,-2:1',
    );
  });

  it('T9: a region is paid with a whole cap', () => {
    const s = position({
      phase: 'territory_processing',
      acted: true,
      S: { '7,7': [1, 1, 2], '0,0': [2, 1], '5,5': [2] },
      M: { '1,0': 1, '0,1': 1 },
    });
    playText(s, 'choose_territory_option');
    expect(fingerprint(s)).toBe(
      '1:territory_processing:active:0#1:18:2:3|2:18:0:0#5,5:2:1:1|7,7:1:3:2##0,0:1|0,1:1|1,0:1',
    );
    expect(texts(s)).toEqual(['eliminate_rings_from_stack:territory:7,7:2']);
    playText(s, 'eliminate_rings_from_stack');
    expect(fingerprint(s)).toBe('2:ring_placement:active:0#1:18:4:3|2:18:0:0#5,5:2:1:1|7,7:2:1:1##0,0:1|0,1:1|1,0:1');
  });

  it('T10: landing on a marker after a capture can leave the piece to the other player', () => {
    const s = position({ phase: 'movement', S: { '0,0': [1], '2,0': [2] }, M: { '1,0': 1, '3,0': 2 } });
    playText(s, 'overtaking_capture:0,0>2,0>3,0');
    expect(fingerprint(s)).toBe('1:line_processing:active:0#1:18:1:1|2:18:0:0#3,0:2:1:1#0,0:1#1,0:1');
  });

  const blocked = (eliminated: number[]) =>
    position({
      phase: 'ring_placement',
      hands: [0, 18],
      eliminated,
      S: { '0,0': [1, 1, 1, 1, 1, 1, 1, 1, 2], '7,7': [2] },
    });

  it('T11, T12: forced elimination, and who wins when it ends the game', () => {
    const s = blocked([0, 0]);
    for (const type of ['no_placement_action', 'no_movement_action', 'no_line_action']) playText(s, type);
    expect(texts(s)).toEqual(['forced_elimination:0,0:8']);
    playText(s, 'forced_elimination');
    expect(fingerprint(s)).toBe('0:game_over:completed:0#1:0:8:0|2:18:0:0#0,0:2:1:1|7,7:2:1:1##');
    expect(s.winner).toBe(2);
    const close = blocked([11, 0]);
    for (const type of ['no_placement_action', 'no_movement_action', 'no_line_action', 'forced_elimination'])
      playText(close, type);
    expect(close.winner).toBe(1);
  });

  it('T13: a chain may turn back onto its own departure marker', () => {
    const s = position({ phase: 'movement', S: { '0,0': [1, 1], '2,0': [2, 2], '7,7': [2] } });
    playText(s, 'overtaking_capture:0,0>2,0>3,0');
    expect(texts(s)).toEqual(['continue_capture_segment:3,0>2,0>0,0']);
    playText(s, 'continue_capture_segment');
    expect(fingerprint(s)).toBe('1:line_processing:active:0#1:18:1:0|2:18:0:0#0,0:1:3:1|7,7:2:1:1#3,0:1#');
    expect(s.rings(s.rules.topology.cellOfKey.get('0,0') ?? -1)).toEqual([1, 2, 2]);
  });

  it('T14: a walled-in player may claim the rest of the board', () => {
    const s = position({
      phase: 'ring_placement',
      hands: [0, 18],
      S: { '0,0': [1, 1, 2], '7,7': [2] },
      C: { '1,0': 2, '0,1': 2, '1,1': 2 },
    });
    for (const type of ['no_placement_action', 'no_movement_action', 'no_line_action']) playText(s, type);
    playText(s, 'choose_territory_option');
    expect([s.territory[1], s.eliminated[1]]).toEqual([60, 1]);
  });

  it('T15: resigning gives a two-player game to the other, and ends a larger one without a winner', () => {
    for (const players of [2, 3] as const) {
      const s = position({ phase: 'ring_placement', players });
      playJson(s, { type: 'resign' });
      expect([s.isOver, s.winner]).toEqual([true, players === 2 ? 2 : 0]);
    }
  });

  it('T16: the pie rule is on offer once, after the first turn', () => {
    const s = position({ phase: 'ring_placement', options: { swapRuleEnabled: true } });
    expect(texts(s)).not.toContain('swap_sides');
    playText(s, 'place_ring:0,0:1');
    playText(s, 'move_stack:0,0>1,0');
    playText(s, 'no_line_action');
    playText(s, 'no_territory_action');
    expect(texts(s)).toContain('swap_sides');
    playText(s, 'swap_sides');
    expect(fingerprint(s)).toBe('2:ring_placement:active:0#1:17:0:0|2:18:0:0#1,0:1:1:1#0,0:1#');
    expect(texts(s)).not.toContain('swap_sides');
  });

  it('T17: hosts let a player walk away from a region unpaid', () => {
    const s = position({
      phase: 'territory_processing',
      acted: true,
      S: { '7,7': [1], '0,0': [2], '5,5': [2] },
      M: { '1,0': 1, '0,1': 1 },
    });
    playText(s, 'choose_territory_option:0,0');
    expect(playJson(s, { type: 'skip_territory_processing' }).variant).toBe('unpaid-region');
    expect(fingerprint(s)).toBe('2:ring_placement:active:0#1:18:1:3|2:18:0:0#5,5:2:1:1|7,7:1:1:1##0,0:1|0,1:1|1,0:1');
  });

  it('T18: on hex8 the border spreads over square offsets', () => {
    const s = position({
      board: 'hex8',
      phase: 'territory_processing',
      S: { '4,-4,0': [2], '-4,4,0': [1], '0,4,-4': [2] },
      M: { '4,-3,-1': 1, '3,-3,0': 1, '3,-4,1': 1, '2,-4,2': 2, '4,-2,-2': 2, '2,-2,0': 2, '3,-1,-2': 2 },
    });
    playText(s, 'choose_territory_option:4,-4,0');
    expect(fingerprint(s)).toBe(
      '1:territory_processing:active:0#1:18:1:8|2:18:0:0#-4,4,0:1:1:1|0,4,-4:2:1:1##2,-2,0:1|2,-4,2:1|3,-1,-2:1|3,-3,0:1|3,-4,1:1|4,-2,-2:1|4,-3,-1:1|4,-4,0:1',
    );
  });

  it('D40: an exact line collapsed by choose_line_option equals process_line', () => {
    const make = () =>
      position({
        phase: 'line_processing',
        acted: true,
        S: { '7,7': [1, 1], '0,7': [2] },
        M: { '0,0': 1, '1,0': 1, '2,0': 1, '3,0': 1 },
      });
    const a = make();
    const b = make();
    playText(a, 'process_line');
    const keys = ['0,0', '1,0', '2,0', '3,0'];
    const read = playJson(b, {
      type: 'choose_line_option',
      to: at('0,0'),
      ...line(1, ...keys),
      collapsedMarkers: keys.map(at),
    });
    expect(read.variant).toBe('whole-exact-line');
    expect(fingerprint(b)).toBe(fingerprint(a));
  });

  it('refuses what no host accepts, naming phase and reason', () => {
    const s = position({ phase: 'movement', S: { '0,0': [1, 1], '2,0': [2] } });
    const move = { player: 1, type: 'move_stack', from: at('0,0'), to: at('0,1') };
    expect(() => interpretMove(s, move)).toThrow('move_stack in movement: not among the legal moves of this type');
    expect(() => interpretMove(s, { ...move, player: 2 })).toThrow('player 2 moved, but player 1 is on turn');
    expect(() => interpretMove(s, { ...move, to: at('8,0') })).toThrow('off the square8 board');
    expect(() => interpretMove(s, { player: 1, type: 'fly' })).toThrow("unknown move type 'fly'");
  });
});
