/** Which legal moves a key of `move_probs` means. */
import { fieldA, fieldB, Kind, kindOf, type MoveList } from '../../../engine/moves.ts';
import { regionCells } from '../../../engine/regions.ts';
import type { State } from '../../../engine/state.ts';
import { moveKey } from './policy.ts';

const TERRITORY_KEY = /^choose_territory_option_(-?\d+),(-?\d+)$/;
/** The original names a skip by the cell of the placement it stands for, or by none. */
const SKIP_KEY = /^(skip_placement|skip_recovery)_.*$/;

/**
 * A look-up for one position: positions in `legal` of the moves a key means, ascending; none for an unknown key. Counts of
 * a placement, targets of a capture, payers and options share keys. A region is found by any of its cells.
 */
export function keyLookup(s: State, legal: MoveList): (key: string) => readonly number[] {
  const byKey = new Map<string, number[]>();
  for (let i = 0; i < legal.length; i++) {
    if (kindOf(legal.moves[i]) === Kind.territory) continue;
    const key = moveKey(s, legal.moves[i]);
    const known = byKey.get(key);
    if (known) known.push(i);
    else byKey.set(key, [i]);
  }
  return (key) => {
    const [, x, y] = TERRITORY_KEY.exec(key) ?? [];
    if (x !== undefined && y !== undefined) return regionsWith(s, legal, Number(x), Number(y));
    return byKey.get(key.replace(SKIP_KEY, '$1')) ?? otherLineForm(byKey, legal, key);
  };
}

/**
 * The original lists every line both ways: an exact one also as an option (all of it), a longer one also to be processed
 * (all of it as well).
 */
function otherLineForm(byKey: ReadonlyMap<string, readonly number[]>, legal: MoveList, key: string): readonly number[] {
  if (key.startsWith('choose_line_option_')) return byKey.get(key.replace('choose_line_option', 'process_line')) ?? [];
  if (!key.startsWith('process_line_')) return [];
  const options = byKey.get(key.replace('process_line', 'choose_line_option')) ?? [];
  return options.filter((i) => kindOf(legal.moves[i]) === Kind.lineAll);
}

const region = new Int16Array(512);

function regionsWith(s: State, legal: MoveList, x: number, y: number): number[] {
  const { topology } = s.rules;
  const found: number[] = [];
  for (let i = 0; i < legal.length; i++) {
    const move = legal.moves[i];
    if (kindOf(move) !== Kind.territory) continue;
    const size = regionCells(s, fieldA(move), fieldB(move), region);
    if (region.subarray(0, size).some((cell) => topology.x[cell] === x && topology.y[cell] === y)) found.push(i);
  }
  return found;
}
