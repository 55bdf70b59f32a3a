/**
 * Hand-made positions in the compact notation of docs/rules.md §15: `S` stacks (rings top to bottom), `M` markers, `C`
 * collapsed.
 */
import type { BoardName, PlayerCount } from '../../src/engine/boards.ts';
import { PHASES, type PhaseName } from '../../src/engine/phases.ts';
import { createRules, type RulesOptions } from '../../src/engine/rules.ts';
import { createState, type Setup } from '../../src/engine/setup.ts';
import type { State } from '../../src/engine/state.ts';

export interface Sketch extends Partial<Omit<Setup, 'stacks' | 'markers' | 'collapsed' | 'phase' | 'seats'>> {
  readonly board?: BoardName;
  readonly players?: PlayerCount;
  readonly options?: RulesOptions;
  readonly phase: PhaseName;
  readonly S?: Readonly<Record<string, readonly number[]>>;
  readonly M?: Readonly<Record<string, number>>;
  readonly C?: Readonly<Record<string, number>>;
  /** Rings in hand per seat; the full supply if left out. */
  readonly hands?: readonly number[];
  readonly eliminated?: readonly number[];
}

export function position(sketch: Sketch): State {
  const {
    board = 'square8',
    players = 2,
    options = {},
    S = {},
    M = {},
    C = {},
    hands,
    eliminated,
    phase,
    ...turn
  } = sketch;
  const rules = createRules(board, players, options, {}, 400);
  const cell = (key: string): number => rules.topology.cellOfKey.get(key) ?? -1;
  const owned = (of: Readonly<Record<string, number>>) =>
    Object.entries(of).map(([key, player]) => ({ cell: cell(key), player }));
  return createState(
    rules,
    {
      player: 1,
      ...turn,
      phase: PHASES.indexOf(phase),
      seats: Array.from({ length: players }, (_, i) => ({
        hand: hands?.[i] ?? rules.supply,
        eliminated: eliminated?.[i] ?? 0,
        territory: 0,
      })),
      stacks: Object.entries(S).map(([key, rings]) => ({ cell: cell(key), rings })),
      markers: owned(M),
      collapsed: owned(C),
    },
    false,
  );
}
