/** The golden encodings: positions of the original with its own evaluations of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ReadState, readState } from '../../src/engine/json/state.ts';

export interface GoldenPosition {
  readonly currentPlayer: number;
  readonly state: {
    readonly currentPhase: string;
    readonly board: { readonly markers: Readonly<Record<string, unknown>> };
  };
  readonly heuristicEval_d8: Readonly<Record<string, { readonly full: number; readonly light: number }>>;
  readonly heuristic21: readonly number[];
}

/** Golden files of a folder; none when the folder is not there. */
export function goldenFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('p.json.gz'))
    .sort()
    .map((name) => resolve(folder, name));
}

export function goldenPositions(file: string): readonly GoldenPosition[] {
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')).positions;
}

/** The position packed, and its marker cells in the order of the source. */
export function packed(position: GoldenPosition): ReadState & { markerOrder: number[] } {
  // The dumps leave the history out, and with it which stack may capture; evaluations do not depend on the phase.
  const phase = position.state.currentPhase === 'capture' ? { currentPhase: 'movement' } : {};
  const read = readState({ ...position.state, ...phase }, { rings: 'bottom-to-top' });
  const { cellOfKey } = read.state.rules.topology;
  const markerOrder = Object.keys(position.state.board.markers).map((key) => cellOfKey.get(key) ?? -1);
  return { ...read, markerOrder };
}
