/**
 * What has to be added to a derived JSON value to make it the recorded one. A conversion derives as much as it can from
 * the game itself and keeps only this difference, so nothing is lost and little is stored.
 *
 *     nothing        the values are equal (objects in any order of their keys)
 *     [value]        another value
 *     {key: patch}   an object that differs in these keys; 0 removes one
 *     [n, {i: patch}]  a list of n items that differs in these
 */
import { isRawNumber, rawNumber } from './exact-json.ts';

export type Patch =
  | readonly [unknown]
  | readonly [number, Readonly<Record<string, Patch>>]
  | Readonly<Record<string, unknown>>;

const REMOVED = 0;
type Obj = Readonly<Record<string, unknown>>;

/** undefined when `value` equals `base`. Both are JSON values, byte arrays and raw numbers allowed. */
export function difference(base: unknown, value: unknown): Patch | undefined {
  if (Object.is(base, value)) return undefined;
  if (isObject(base) && isObject(value)) return objectDifference(base, value);
  if (Array.isArray(base) && Array.isArray(value)) return listDifference(base, value);
  return sameLeaf(base, value) ? undefined : [tagged(value)];
}

function objectDifference(base: Obj, value: Obj): Patch | undefined {
  const changes: [string, unknown][] = [];
  for (const key of Object.keys(base)) {
    if (!Object.hasOwn(value, key)) changes.push([key, REMOVED]);
  }
  let shared = 0;
  for (const [key, item] of Object.entries(value)) {
    if (!Object.hasOwn(base, key)) {
      changes.push([key, [tagged(item)]]);
      continue;
    }
    shared++;
    const patch = difference(base[key], item);
    if (patch !== undefined) changes.push([key, patch]);
  }
  if (changes.length === 0) return undefined;
  // nothing in common: the value itself is shorter, and keeps the order of its keys
  return shared === 0 ? [tagged(value)] : Object.fromEntries(changes);
}

function listDifference(base: readonly unknown[], value: readonly unknown[]): Patch | undefined {
  const changes: [string, Patch][] = [];
  value.forEach((item, i) => {
    const patch = i < base.length ? difference(base[i], item) : ([tagged(item)] as const);
    if (patch !== undefined) changes.push([String(i), patch]);
  });
  if (changes.length === 0 && base.length === value.length) return undefined;
  return changes.length === value.length ? [tagged(value)] : [value.length, Object.fromEntries(changes)];
}

/** The recorded value again. @throws TypeError for a patch that was made for another base */
export function patched(base: unknown, patch: unknown): unknown {
  if (patch === undefined) return base;
  if (Array.isArray(patch)) {
    if (patch.length === 1) return untagged(patch[0]);
    const [length, changes] = patch;
    if (!Array.isArray(base) || typeof length !== 'number' || !isObject(changes)) throw misfit();
    return Array.from({ length }, (_, i) => patched(base[i], Object.hasOwn(changes, i) ? changes[i] : undefined));
  }
  if (!isObject(patch) || !isObject(base)) throw misfit();
  const entries = new Map(Object.entries(base));
  for (const [key, change] of Object.entries(patch)) {
    if (change === REMOVED) entries.delete(key);
    else entries.set(key, patched(entries.get(key), change));
  }
  return Object.fromEntries(entries);
}

const misfit = (): TypeError => new TypeError('does not fit the game');

const isObject = (value: unknown): value is Obj =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !isRawNumber(value);

function sameLeaf(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return isRawNumber(a) && isRawNumber(b) && a.rawJSON === b.rawJSON;
}

const BYTES = '$bytes';
const INTEGER = '$integer';

/** Plain JSON for everything: bytes and long integers become objects with one telling key. */
export function tagged(value: unknown): unknown {
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') };
  if (isRawNumber(value)) return { [INTEGER]: value.rawJSON };
  if (Array.isArray(value)) return value.map(tagged);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]));
}

export function untagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(untagged);
  if (!isObject(value)) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0 && typeof entry[1] === 'string') {
    const [key, content] = entry;
    if (key === BYTES) return new Uint8Array(Buffer.from(content, 'base64'));
    if (key === INTEGER && /^-?\d+$/.test(content)) return rawNumber(content);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untagged(item)]));
}
