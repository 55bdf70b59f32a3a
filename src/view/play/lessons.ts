/** The ten positions of `rr play --learn`, on the small square board. You are player 1. */
import { cellOfName } from '../../engine/notation.ts';
import { Phase } from '../../engine/phases.ts';
import { createRules } from '../../engine/rules.ts';
import { createState } from '../../engine/setup.ts';
import type { State } from '../../engine/state.ts';

export interface Lesson {
  readonly title: string;
  /** What to know and what to do. */
  readonly text: string;
  /** By cell: `112` a stack by the owners of its rings, top first; `o2` a marker; `#1` land. */
  readonly cells: Readonly<Record<string, string>>;
  readonly phase: number;
  /** Rings that player 1 has out already. */
  readonly out?: number;
  /** Rings in hand of player 1; player 2 has 8. */
  readonly hand?: number;
  /** What is to be played, one decision after the other: the start of its notation. */
  readonly wanted: readonly RegExp[];
  /** What happened. */
  readonly after: string;
}

export const LESSONS: readonly Lesson[] = [
  {
    title: 'Placing',
    text:
      'Every ring starts in your hand. On an empty cell you place one, two or three at ' +
      'once: a stack. Place two rings on d4 (type d4 x2; d4 alone lists what d4 offers).',
    cells: { g7: '2' },
    phase: Phase.placement,
    hand: 18,
    wanted: [/^d4 x2$/],
    after: '●2 is a stack of two rings. The stack you placed on is the one you move now.',
  },
  {
    title: 'Moving',
    text:
      'A stack moves in a straight line, at least as many cells as it is high. Move this ' +
      'stack of two along its row (type d4 to see where it can go).',
    cells: { d4: '11', g7: '2' },
    phase: Phase.movement,
    wanted: [/^d4-[abfgh]4$/],
    after: 'It left a marker, ○, on the cell where it stood. Tall stacks need room.',
  },
  {
    title: 'Passing over markers',
    text:
      'Markers do not block. A marker of yours that you pass becomes land of yours for ' +
      'ever; one of your opponent (□) becomes yours. Move b3 over both markers.',
    cells: { b3: '11', d3: 'o1', e3: 'o2', g7: '2' },
    phase: Phase.movement,
    wanted: [/^b3-[fgh]3$/],
    after: 'd3 is land, ▒●▒: nothing may enter it. e3 is now a marker of yours.',
  },
  {
    title: 'Landing on a marker',
    text:
      'A stack that lands on a marker removes it and loses its top ring. That ring is out ' +
      'of the game and counts for you: enough rings out win. Move c4 onto c6.',
    cells: { c4: '11', c6: 'o2', g7: '2' },
    phase: Phase.movement,
    wanted: [/^c4-c6$/],
    after: 'Your score "out" went up by one. A stack of one ring would have vanished.',
  },
  {
    title: 'Capturing',
    text:
      'You capture by jumping over a stack in a straight line. Your stack takes the top ' +
      'ring of the other one to its bottom. Capture d4 (b4xd4-… names start, target, end).',
    cells: { b4: '11', d4: '22', g7: '2' },
    phase: Phase.movement,
    wanted: [/^b4xd4-/],
    after: 'Your stack is ●3²: three rings, but only a cap of two. The captured ring is buried.',
  },
  {
    title: 'Caps',
    text:
      'The cap is the run of one colour on top. You can only jump over a cap that is no ' +
      'taller than yours. One of the two stacks beside you is too strong: capture the other.',
    cells: { d4: '11', d6: '222', f4: '2111', g8: '2' },
    phase: Phase.movement,
    wanted: [/^d4xf4-/],
    after: 'f4 was four high, but its cap was only one ring. It is yours now: ● is on top.',
  },
  {
    title: 'Chains',
    text:
      'If the stack that captured can capture again, it must, until it cannot. Capture ' +
      'b2 over b4 to b6, and go on.',
    cells: { b2: '11', b4: '2', d6: '22', g3: '2' },
    phase: Phase.movement,
    wanted: [/^b2xb4-b6$/, /^b6xd6-/],
    after: 'One turn, two captures. Lines and regions are looked at when the chain is over.',
  },
  {
    title: 'Lines',
    text:
      'Four markers of yours in a row are a line. Its cells become land, and you pay the ' +
      'top ring of one of your stacks, which counts as out for you. Play the line, then pay.',
    cells: { c3: 'o1', d3: 'o1', e3: 'o1', f3: 'o1', b6: '11', g7: '2' },
    phase: Phase.lines,
    wanted: [/^line /, /^pay a ring of b6$/],
    after: 'Four cells of land for one ring. Of a longer line you may take four and pay nothing.',
  },
  {
    title: 'Regions',
    text:
      'Cells that are cut off, and in which somebody has no stack, are a region. Claim the ' +
      'corner: its rings go out for you, its cells are yours. You pay a cap from outside.',
    cells: { c1: 'o1', c2: 'o1', c3: 'o1', b3: 'o1', a3: 'o1', a1: '2', e6: '11', g7: '2' },
    phase: Phase.territory,
    wanted: [/^region /, /^pay the cap of e6$/],
    after: 'The ring of your opponent and your two are out, and the corner with its walls is land.',
  },
  {
    title: 'Winning',
    text: 'You have 17 of the 18 rings that win. Take the last one: land on a marker.',
    cells: { c4: '11', c6: 'o2', g7: '2' },
    phase: Phase.movement,
    out: 17,
    wanted: [/^c4-c6$/],
    after: 'You also win with enough land, or as the last who can act.',
  },
];

/** @throws RulesError SETUP_INVALID for cells that contradict each other */
export function lessonState({ cells, phase, out = 0, hand = 8 }: Lesson): State {
  const rules = createRules('square8', 2);
  const entries = Object.entries(cells).map(([name, code]) => ({ cell: cellOfName(rules.topology, name), code }));
  const owned = (sign: string) =>
    entries.filter(({ code }) => code[0] === sign).map(({ cell, code }) => ({ cell, player: Number(code[1]) }));
  const collapsed = owned('#');
  const seat = (player: number) => collapsed.filter((cell) => cell.player === player).length;
  return createState(
    rules,
    {
      seats: [
        { hand, eliminated: out, territory: seat(1) },
        { hand: 8, eliminated: 0, territory: seat(2) },
      ],
      stacks: entries
        .filter(({ code }) => /^\d/.test(code))
        .map(({ cell, code }) => ({ cell, rings: [...code].map(Number) })),
      markers: owned('o'),
      collapsed,
      player: 1,
      phase,
      acted: phase !== Phase.placement && phase !== Phase.movement,
      movedMask: 0b11,
      lastActor: 2,
    },
    false,
  );
}
