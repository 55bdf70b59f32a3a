/** Frozen facts as JSON files beside this one, and their comparison with facts computed now. */
import { readFileSync, writeFileSync } from 'node:fs';

export const PINS = ['encodings', 'exports', 'files', 'training', 'lowering'] as const;
export type PinName = (typeof PINS)[number];

/** Plain JSON values. */
export type Facts = null | boolean | number | string | readonly Facts[] | { readonly [name: string]: Facts };

const fileOf = (name: PinName): URL => new URL(`./frozen/${name}.json`, import.meta.url);

export const readFrozen = (name: PinName): Facts => JSON.parse(readFileSync(fileOf(name), 'utf8'));

export function writeFrozen(name: PinName, facts: Facts): void {
  writeFileSync(fileOf(name), `${JSON.stringify(facts, null, 1)}\n`);
}

/**
 * Paths at which `found` differs from `frozen`. Numbers may differ by `tolerance` relative to the larger of both, or
 * absolutely below 1; everything else must be equal.
 */
export function differences(found: Facts, frozen: Facts, tolerance = 0, path = ''): string[] {
  if (typeof found === 'number' && typeof frozen === 'number') {
    const scale = Math.max(1, Math.abs(found), Math.abs(frozen));
    return Math.abs(found - frozen) <= tolerance * scale ? [] : [`${path}: ${found}, frozen ${frozen}`];
  }
  if (isTree(found) && isTree(frozen)) {
    const names = new Set([...Object.keys(found), ...Object.keys(frozen)]);
    return [...names].flatMap((name) =>
      differences(child(found, name), child(frozen, name), tolerance, `${path}/${name}`),
    );
  }
  return found === frozen ? [] : [`${path}: ${JSON.stringify(found)}, frozen ${JSON.stringify(frozen)}`];
}

const isTree = (facts: Facts): facts is readonly Facts[] | { readonly [name: string]: Facts } =>
  typeof facts === 'object' && facts !== null;

/** Missing members are `null`. */
const child = (tree: object, name: string): Facts => Reflect.get(tree, name) ?? null;
