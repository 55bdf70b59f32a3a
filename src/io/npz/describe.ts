/** What `rr npz info` shows: arrays, shapes, counts and where the data come from. Reads headers and scalars only. */
import { CHECKSUM_ARRAY } from './checksum.ts';
import { toScalar } from './convert.ts';
import { numpyName } from './dtype.ts';
import { openNpz } from './reader.ts';

export interface NpzArrayInfo {
  readonly name: string;
  /** NumPy's name: `float32`, `<U8`, `object`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  readonly compressedBytes: number;
}

export interface NpzDescription {
  readonly path: string;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** Rows of `features`, or of the longest array when there is none of that name. */
  readonly samples: number;
  readonly arrays: readonly NpzArrayInfo[];
  /** Every zero-dimensional array: encoder, policy layout, sizes, metadata … (checksums left out). */
  readonly scalars: Readonly<Record<string, unknown>>;
  /** How many arrays have a checksum recorded, and whether they were verified. */
  readonly checksums: { readonly recorded: number; readonly verified: boolean };
}

/** A scalar larger than this is not shown. */
const MAX_SCALAR_BYTES = 1 << 20;

/**
 * @param verify recompute every checksum (reads the whole file)
 * @throws RrError FILE_NOT_FOUND, FILE_CORRUPT, NPZ_CHECKSUM
 */
export async function describeNpz(path: string, { verify = false } = {}): Promise<NpzDescription> {
  const npz = await openNpz(path);
  try {
    const arrays: NpzArrayInfo[] = [];
    const scalars: Record<string, unknown> = {};
    for (const entry of npz.entries) {
      const { dtype, shape } = await npz.header(entry.name);
      arrays.push({ ...entry, dtype: numpyName(dtype), shape });
      if (shape.length > 0 || entry.name === CHECKSUM_ARRAY || entry.bytes > MAX_SCALAR_BYTES) continue;
      scalars[entry.name] = toScalar(await npz.load(entry.name), `${path}: array ${entry.name}`);
    }
    const features = arrays.find((array) => array.name === 'features');
    const recorded = (await npz.checksums())?.size ?? 0;
    if (verify) await npz.verify();
    return {
      path,
      bytes: sum(arrays.map((array) => array.bytes)),
      compressedBytes: sum(arrays.map((array) => array.compressedBytes)),
      samples: features?.shape[0] ?? Math.max(0, ...arrays.map((array) => array.shape[0] ?? 0)),
      arrays,
      scalars,
      checksums: { recorded, verified: verify && recorded > 0 },
    };
  } finally {
    npz.close();
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
