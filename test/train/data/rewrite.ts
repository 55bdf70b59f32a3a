/** Copies a training file with some arrays changed, for tests of what is refused. */
import type { NumericData } from '../../../src/io/npz/dtype.ts';
import { openNpz } from '../../../src/io/npz/reader.ts';
import { NpzWriter } from '../../../src/io/npz/writer.ts';

export interface Changes {
  /** Scalars to set; undefined leaves them out. */
  readonly scalars?: Readonly<Record<string, string | number | undefined>>;
  /** Edits of numeric arrays, in place. */
  readonly edit?: Readonly<Record<string, (data: Exclude<NumericData, BigInt64Array | BigUint64Array>) => void>>;
}

export async function rewriteNpz(from: string, to: string, { scalars = {}, edit = {} }: Changes): Promise<void> {
  const source = await openNpz(from);
  const target = new NpzWriter({ target: { path: to } });
  for (const { name } of source.entries) {
    if (name === 'data_checksums') continue;
    const array = await source.load(name);
    const changed = scalars[name];
    if (name in scalars) {
      if (changed !== undefined) target.scalar(name, changed);
    } else if (array.kind === 'numeric') {
      if (!(array.data instanceof BigInt64Array || array.data instanceof BigUint64Array)) edit[name]?.(array.data);
      target.array(name, array.data, array.shape, array.dtype);
    } else if (array.kind === 'text') {
      if (array.shape.length === 0) target.scalar(name, array.values[0]);
      else {
        const column = target.text(name);
        for (const value of array.values) column.append(value);
      }
    }
  }
  await target.finish();
  source.close();
}
