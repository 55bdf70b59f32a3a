/**
 * What a pickle of NumPy arrays may construct, and how. Nothing of Python is called: a constructor is a name in a table,
 * and its arguments are checked before anything is made of them.
 */
import { RrError } from '../../core/errors.ts';
import { elementCount } from './header.ts';
import { PyArray, PyDtype, PyFloat, PyGlobal, PyScalar, PyTuple, type PyValue, pyItemSize } from './python.ts';

/** Full Python name → what we call it. NumPy 2 moved its modules below `numpy._core`. */
const CONSTRUCTORS: Readonly<Record<string, string>> = {
  'numpy.core.multiarray._reconstruct': 'reconstruct',
  'numpy._core.multiarray._reconstruct': 'reconstruct',
  'numpy.core.multiarray.scalar': 'scalar',
  'numpy._core.multiarray.scalar': 'scalar',
  // how protocol 5 spells a plain ndarray
  'numpy.core.numeric._frombuffer': 'frombuffer',
  'numpy._core.numeric._frombuffer': 'frombuffer',
  'numpy.ndarray': 'ndarray',
  'numpy.dtype': 'dtype',
  // how protocol 2 spells bytes
  '_codecs.encode': 'encode',
  'builtins.bytes': 'bytes',
  '__builtin__.bytes': 'bytes',
  'builtins.bytearray': 'bytes',
  '__builtin__.bytearray': 'bytes',
  'builtins.int': 'int',
  'builtins.float': 'float',
  'builtins.str': 'str',
  'builtins.list': 'list',
  'builtins.tuple': 'tuple',
  'builtins.dict': 'dict',
};

/** @throws RrError NPZ_PICKLE_REFUSED for a name that is not in the table */
export function constructorNamed(name: string, where: string): PyGlobal {
  const known = CONSTRUCTORS[name];
  if (known === undefined) throw new RrError('NPZ_PICKLE_REFUSED', { where, name: printable(name) });
  return new PyGlobal(known);
}

/** Names come from the file: keep them to one printable line. */
const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);

export class Constructors {
  readonly #where: string;
  readonly #refuse: (detail: string) => never;

  /** `refuse` throws, and knows the place in the pickle. */
  constructor(where: string, refuse: (detail: string) => never) {
    this.#where = where;
    this.#refuse = refuse;
  }

  // a method, because the compiler follows only those to a throw
  #fail(detail: string): never {
    return this.#refuse(detail);
  }

  /** Calls one. */
  call(callee: PyValue, args: PyValue): PyValue {
    if (!(callee instanceof PyGlobal) || !(args instanceof PyTuple))
      this.#fail('calls something that is not a constructor');
    const [first, second, third] = args.items;
    switch (callee.name) {
      case 'reconstruct':
        return first instanceof PyGlobal && first.name === 'ndarray'
          ? new PyArray()
          : this.#fail('reconstructs something that is not an ndarray');
      case 'dtype':
        return typeof first === 'string'
          ? new PyDtype(first.replace(/^[<>|=]/, ''))
          : this.#fail('has a dtype without a code');
      case 'scalar':
        if (!(first instanceof PyDtype) || !(second instanceof Uint8Array)) this.#fail('has a malformed scalar');
        return new PyScalar(first, second);
      case 'frombuffer':
        if (!(first instanceof Uint8Array) || !(second instanceof PyDtype)) this.#fail('has a malformed buffer array');
        return this.#filled(new PyArray(), third ?? null, second, args.items[3] === 'F', first);
      case 'encode':
        if (typeof first !== 'string' || (second !== 'latin1' && second !== 'latin-1'))
          this.#fail('encodes other than latin1');
        return Uint8Array.from(Buffer.from(first, 'latin1'));
      case 'bytes':
        if (first === undefined) return new Uint8Array(0);
        if (typeof first === 'string' && second === 'latin-1') return Uint8Array.from(Buffer.from(first, 'latin1'));
        return first instanceof Uint8Array ? first : this.#fail('makes bytes of something else');
      case 'int':
        return typeof first === 'number' || typeof first === 'bigint'
          ? first
          : this.#fail('makes an int of something else');
      case 'float':
        return first instanceof PyFloat ? first : this.#fail('makes a float of something else');
      case 'str':
        return typeof first === 'string' ? first : this.#fail('makes a str of something else');
      case 'list':
        return first instanceof PyTuple ? [...first.items] : Array.isArray(first) ? [...first] : [];
      case 'tuple':
        return new PyTuple(Array.isArray(first) ? first : first instanceof PyTuple ? first.items : []);
      case 'dict':
        return first === undefined ? new Map() : this.#fail('makes a dict of something else');
      default:
        return this.#fail(`calls ${callee.name}`);
    }
  }

  /** Gives what was made its state. */
  build(target: PyValue, state: PyValue): void {
    if (!(state instanceof PyTuple)) this.#fail('builds from something that is not a tuple');
    if (target instanceof PyDtype) {
      target.bigEndian = state.items[1] === '>';
      return;
    }
    if (!(target instanceof PyArray)) this.#fail('builds something that is neither an ndarray nor a dtype');
    const [, shape, dtype, fortranOrder, content] = state.items;
    if (!(dtype instanceof PyDtype)) this.#fail('has an ndarray without a dtype');
    if (!(content instanceof Uint8Array || Array.isArray(content))) this.#fail('has an ndarray without content');
    this.#filled(target, shape ?? null, dtype, fortranOrder === true, content);
  }

  #filled(
    array: PyArray,
    shape: PyValue,
    dtype: PyDtype,
    fortranOrder: boolean,
    content: Uint8Array | readonly PyValue[],
  ): PyArray {
    if (!(shape instanceof PyTuple)) this.#fail('has an ndarray without a shape');
    const sizes = shape.items.map((size) =>
      typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
        ? size
        : this.#fail('has an impossible shape'),
    );
    const kind = dtype.resolve(this.#where);
    const expected = elementCount(sizes) * (kind.kind === 'object' ? 1 : pyItemSize(kind));
    if (content.length !== expected || (kind.kind === 'object') === content instanceof Uint8Array) {
      this.#fail('has an ndarray whose content does not fit its shape');
    }
    array.shape = sizes;
    array.dtype = dtype;
    array.fortranOrder = fortranOrder;
    array.content = content;
    return array;
  }
}
