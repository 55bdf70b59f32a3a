/** Values that completion offers for flags which help describes in words only. */
import { BOARDS, CONFIG_KEYS } from '../../../engine/config-key.ts';
import type { FlagSpec } from './spec.ts';

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  board: BOARDS,
  config: CONFIG_KEYS,
  players: ['2', '3', '4'],
};

/** Undefined: anything, most likely a file. */
export function flagValues({ name, options, value }: FlagSpec): readonly string[] | undefined {
  if (value === undefined) return [];
  return options.length > 0 ? options : KNOWN[name];
}
