/**
 * Moves and search data of one game as a few compressed bytes.
 *
 *     version u8 | zstd( players | #moves | 4 byte planes of the packed moves |
 *                        #searches | ply gaps | flags | policy sizes | index gaps | probabilities | values | budgets |
 *                        surprises | weights )
 *
 * Version 1 knows neither surprises nor weights; a game without them is still written as one, so that it is the same
 * bytes as ever and older releases read it.
 *
 * Everything after the version is columns of varints: neighbouring values of one kind compress far better than
 * records do. Probabilities and values are integers here, and exactly those integers come back.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { RrError } from '../../core/errors.ts';
import type { PlySearch } from '../../search/players/search-data.ts';

export interface GameData {
  readonly players: number;
  /** Packed moves of the engine, 32 bits each, in order. */
  readonly moves: Int32Array;
  /** By ascending ply; decisions without a search are left out. */
  readonly searches: readonly PlySearch[];
}

const VERSION = 2;
/** Enough for games whose flags are all below HAS_SURPRISE. */
const FIRST_VERSION = 1;
const HAS_POLICY = 1;
const HAS_VALUES = 2;
const HAS_BUDGET = 4;
const HAS_SURPRISE = 8;
const HAS_WEIGHT = 16;

/** Levels above this gain nothing on a few kilobytes. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };
/** A hundred thousand moves with full policies; more is forged. */
const MAX_BYTES = 1 << 26;

/** @throws TypeError for plies out of order or arrays that do not fit each other: a bug of the caller. */
export function encodeGame(game: GameData): Buffer {
  const out = new Varints();
  out.put(game.players);
  out.put(game.moves.length);
  out.bytes(bytePlanes(game.moves));
  const { searches } = game;
  out.put(searches.length);
  let last = -1;
  for (const { ply } of searches) {
    if (ply <= last || ply >= game.moves.length) throw new TypeError(`search at ply ${ply} after ply ${last}`);
    out.put(ply - last - 1);
    last = ply;
  }
  const flags = searches.map(flagsOf);
  for (const flag of flags) out.put(flag);
  const policies = searches.flatMap(({ policy }) => (policy ? [policy] : []));
  for (const { indices } of policies) out.put(indices.length);
  for (const { indices, probs } of policies) {
    if (indices.length !== probs.length) throw new TypeError('policy of two lengths');
    let previous = -1;
    for (const index of indices) {
      if (index <= previous) throw new TypeError('policy indices do not ascend');
      out.put(index - previous - 1);
      previous = index;
    }
  }
  for (const { probs } of policies) for (const prob of probs) out.put(prob);
  for (const { values } of searches) {
    if (values && values.length !== game.players) throw new TypeError('a root value needs one number per seat');
    for (const value of values ?? []) out.put((value << 1) ^ (value >> 31));
  }
  for (const { budget } of searches) if (budget !== undefined) out.put(budget);
  for (const { surprise } of searches) if (surprise !== undefined) out.put(surprise);
  for (const { weight } of searches) if (weight !== undefined) out.put(weight);
  const version = flags.some((flag) => flag >= HAS_SURPRISE) ? VERSION : FIRST_VERSION;
  return Buffer.concat([Buffer.of(version), zstdCompressSync(out.take(), COMPRESSION)]);
}

const flagsOf = (search: PlySearch): number =>
  (search.policy ? HAS_POLICY : 0) |
  (search.values ? HAS_VALUES : 0) |
  (search.budget === undefined ? 0 : HAS_BUDGET) |
  (search.surprise === undefined ? 0 : HAS_SURPRISE) |
  (search.weight === undefined ? 0 : HAS_WEIGHT);

/** @throws RrError FILE_CORRUPT (with `where`) for anything encodeGame() did not make, DB_NEWER for a later version. */
export function decodeGame(blob: Uint8Array, where: string): GameData {
  const fail = (detail: string, cause?: unknown): never => {
    throw new RrError('FILE_CORRUPT', { path: where, detail: `its moves ${detail}` }, { cause });
  };
  const version = blob[0] ?? 0;
  if (version > VERSION) throw new RrError('DB_NEWER', { path: where, kind: 'move', found: version, known: VERSION });
  if (version < FIRST_VERSION) fail('are not in a known form');
  let bytes: Uint8Array;
  try {
    bytes = zstdDecompressSync(blob.subarray(1), { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    return fail('cannot be unpacked', cause);
  }
  const input = new VarintReader(bytes, fail);
  const players = input.next();
  const moves = fromBytePlanes(input.bytes(input.next() * 4));
  const count = input.count();
  let ply = -1;
  const plies = Array.from({ length: count }, () => {
    ply += input.next() + 1;
    return ply;
  });
  if (ply >= moves.length) fail('are fewer than their searches');
  const flags = Array.from({ length: count }, () => input.next());
  const has = (flag: number) => flags.map((value) => (value & flag) !== 0);
  const sizes = has(HAS_POLICY).map((present) => (present ? input.count() : 0));
  const indices = sizes.map((size) => {
    let index = -1;
    return Uint16Array.from({ length: size }, () => {
      index += input.next() + 1;
      return index > 65535 ? fail('have an impossible policy') : index;
    });
  });
  const probs = sizes.map((size) => Uint16Array.from({ length: size }, () => input.next()));
  const values = has(HAS_VALUES).map((present) =>
    Int16Array.from({ length: present ? players : 0 }, () => {
      const zigzag = input.next();
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }),
  );
  const column = (flag: number) => has(flag).map((present) => (present ? input.next() : undefined));
  const budgets = column(HAS_BUDGET);
  const surprises = column(HAS_SURPRISE);
  const weights = column(HAS_WEIGHT);
  if (!input.done) fail('are followed by something else');
  const none = new Uint16Array(0);
  const searches = plies.map((at, i): PlySearch => {
    const flag = flags[i] ?? 0;
    return {
      ply: at,
      ...(flag & HAS_POLICY && { policy: { indices: indices[i] ?? none, probs: probs[i] ?? none } }),
      ...(flag & HAS_VALUES && { values: values[i] }),
      ...(flag & HAS_BUDGET && { budget: budgets[i] }),
      ...(flag & HAS_SURPRISE && { surprise: surprises[i] }),
      ...(flag & HAS_WEIGHT && { weight: weights[i] }),
    };
  });
  return { players, moves, searches };
}

/** Moves differ in few of their bits: all lowest bytes first, then all second bytes … compress best. */
function bytePlanes(moves: Int32Array): Uint8Array {
  const planes = new Uint8Array(moves.length * 4);
  moves.forEach((move, i) => {
    for (let byte = 0; byte < 4; byte++) planes[byte * moves.length + i] = move >>> (byte * 8);
  });
  return planes;
}

function fromBytePlanes(planes: Uint8Array): Int32Array {
  const moves = new Int32Array(planes.length / 4);
  for (let i = 0; i < moves.length; i++) {
    let move = 0;
    for (let byte = 0; byte < 4; byte++) move |= (planes[byte * moves.length + i] ?? 0) << (byte * 8);
    moves[i] = move;
  }
  return moves;
}

/** Seven bits a byte, low first, the top bit set on all but the last. Values up to 2^32 − 1. */
class Varints {
  #buffer = Buffer.alloc(4096);
  #length = 0;

  put(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new TypeError(`${value} is out of range`);
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }

  take(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

class VarintReader {
  readonly #bytes: Uint8Array;
  readonly #fail: (detail: string) => never;
  #at = 0;

  constructor(bytes: Uint8Array, fail: (detail: string) => never) {
    this.#bytes = bytes;
    this.#fail = fail;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 28) return this.#fail('are cut short');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** A number of things that take at least a byte each. */
  count(): number {
    const count = this.next();
    return count > this.#bytes.length - this.#at ? this.#fail('are cut short') : count;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) return this.#fail('are cut short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
