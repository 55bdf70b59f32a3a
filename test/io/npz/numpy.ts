/** Runs NumPy where it is installed, as an independent reader and writer. */
import { execFileSync, spawnSync } from 'node:child_process';

export const PYTHON: string | undefined = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import numpy'], { stdio: 'ignore' }).status === 0,
);
if (PYTHON === undefined) console.log('NumPy is not installed: comparisons with it are skipped');

const PRELUDE = `
import sys, json, hashlib, numpy as np
if not hasattr(np, '_core'):
    import numpy.core, numpy.core.multiarray
    sys.modules['numpy._core'] = numpy.core
    sys.modules['numpy._core.multiarray'] = numpy.core.multiarray
def plain(x):
    return x.tolist() if isinstance(x, np.ndarray) else x
def dump(path, **kw):
    out = {}
    with np.load(path, **kw) as z:
        for k in z.files:
            a = z[k]
            e = {'dtype': str(a.dtype), 'shape': list(a.shape)}
            if a.dtype == object:
                e['kinds'] = sorted({str(x.dtype) if isinstance(x, np.ndarray) else type(x).__name__ for x in a.flat})
                e['items'] = [plain(x) for x in a.flat]
            elif a.dtype.kind == 'U':
                e['items'] = [str(x) for x in a.flat]
            else:
                e['sha'] = hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest()
                e['sum'] = float(a.astype(np.float64).sum())
            out[k] = e
    return out
`;

export interface NumpyArray {
  dtype: string;
  shape: number[];
  kinds?: string[];
  items?: unknown[];
  sha?: string;
  sum?: number;
}

/** Run a script whose last expression prints JSON. */
export function numpy(script: string, ...args: string[]): unknown {
  const output = execFileSync(PYTHON ?? '', ['-c', PRELUDE + script, ...args], { maxBuffer: 1 << 28 });
  return JSON.parse(output.toString('utf8'));
}

/** What NumPy finds in an NPZ file. */
export const numpyLoad = (path: string, allowPickle: boolean): Record<string, NumpyArray> =>
  numpy(`print(json.dumps(dump(sys.argv[1], allow_pickle=${allowPickle ? 'True' : 'False'})))`, path) as Record<
    string,
    NumpyArray
  >;
