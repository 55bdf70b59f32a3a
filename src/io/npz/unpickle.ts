/**
 * A restricted reader of Python pickles, protocols 2 to 5, for NumPy object arrays. It runs no code: a pickle may
 * name only the constructors in constructors.ts, everything else is refused with its name. Instructions follow the
 * opcode table of CPython's `pickletools`. Time and memory are linear in the number of bytes, since each opcode
 * makes at most one object; lengths are checked against what is left before anything is allocated.
 */
import { Constructors, constructorNamed } from './constructors.ts';
import { PickleBytes } from './pickle-bytes.ts';
import { PyFloat, PyTuple, type PyValue } from './python.ts';

export type { PyValue } from './python.ts';

/** Longer integers take quadratic time to read and mean nothing here. */
const MAX_LONG_BYTES = 64;

const MARK = Symbol('mark');
type StackItem = PyValue | typeof MARK;

/** Read one pickle that fills `bytes`. @throws RrError NPZ_PICKLE_REFUSED or FILE_CORRUPT. */
export function unpickle(bytes: Uint8Array, where: string): PyValue {
  return new Unpickler(bytes, where).run();
}

class Unpickler {
  readonly #bytes: PickleBytes;
  readonly #where: string;
  readonly #stack: StackItem[] = [];
  readonly #memo: PyValue[] = [];
  readonly #constructors: Constructors;

  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = new PickleBytes(bytes, where);
    this.#where = where;
    this.#constructors = new Constructors(where, (detail) => this.#fail(detail));
  }

  run(): PyValue {
    for (;;) {
      const opcode = this.#bytes.uint8();
      if (opcode === 0x2e) return this.#pop(); // STOP
      this.#step(opcode);
    }
  }

  #fail(detail: string): never {
    this.#bytes.fail(detail);
  }

  #push(value: PyValue): void {
    this.#stack.push(value);
  }

  #pop(): PyValue {
    const value = this.#stack.pop();
    return value === undefined || value === MARK ? this.#fail('takes from an empty stack') : value;
  }

  #top(): PyValue {
    const value = this.#stack.at(-1);
    return value === undefined || value === MARK ? this.#fail('takes from an empty stack') : value;
  }

  #popToMark(): PyValue[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) this.#fail('has no mark');
    const items = this.#stack.splice(mark) as [typeof MARK, ...PyValue[]];
    return items.slice(1) as PyValue[];
  }

  #recall(index: number): void {
    const value = this.#memo[index];
    this.#push(value === undefined ? this.#fail(`recalls memo ${index}, which is not set`) : value);
  }

  #memoize(index: number): void {
    // forged indices must not make a sparse giant of the memo
    if (index > this.#bytes.length) this.#fail(`stores memo ${index}`);
    this.#memo[index] = this.#top();
  }

  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#bytes.uint8() > 5) this.#fail('is of an unknown protocol');
        return;
      case 0x95: // FRAME: a hint about sizes, nothing more
        this.#bytes.take(8);
        return;
      case 0x28: // MARK
        this.#stack.push(MARK);
        return;
      case 0x30: // POP
        this.#stack.pop();
        return;
      case 0x31: // POP_MARK
        this.#popToMark();
        return;
      case 0x32: // DUP
        this.#push(this.#top());
        return;
      case 0x4e: // NONE
        this.#push(null);
        return;
      case 0x88: // NEWTRUE
        this.#push(true);
        return;
      case 0x89: // NEWFALSE
        this.#push(false);
        return;
      case 0x4b: // BININT1
        this.#push(this.#bytes.uint8());
        return;
      case 0x4d: // BININT2
        this.#push(this.#bytes.take(2).readUInt16LE());
        return;
      case 0x4a: // BININT
        this.#push(this.#bytes.take(4).readInt32LE());
        return;
      case 0x8a: // LONG1
        this.#push(this.#bytes.long(this.#bytes.uint8()));
        return;
      case 0x8b: {
        const length = this.#bytes.take(4).readInt32LE();
        if (length > MAX_LONG_BYTES) this.#fail('has an impossibly long integer');
        this.#push(this.#bytes.long(length));
        return;
      }
      case 0x47: // BINFLOAT
        this.#push(new PyFloat(this.#bytes.take(8).readDoubleBE()));
        return;
      case 0x58: // BINUNICODE
        this.#push(this.#bytes.text(this.#bytes.uint32()));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(this.#bytes.text(this.#bytes.uint8()));
        return;
      case 0x8d: // BINUNICODE8
        this.#push(this.#bytes.text(this.#bytes.length8()));
        return;
      case 0x42: // BINBYTES
        this.#push(this.#bytes.ownBytes(this.#bytes.uint32()));
        return;
      case 0x43: // SHORT_BINBYTES
        this.#push(this.#bytes.ownBytes(this.#bytes.uint8()));
        return;
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        this.#push(this.#bytes.ownBytes(this.#bytes.length8()));
        return;
      case 0x5d: // EMPTY_LIST
        this.#push([]);
        return;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map());
        return;
      case 0x29: // EMPTY_TUPLE
        this.#push(new PyTuple([]));
        return;
      case 0x6c: // LIST
        this.#push(this.#popToMark());
        return;
      case 0x74: // TUPLE
        this.#push(new PyTuple(this.#popToMark()));
        return;
      case 0x85: // TUPLE1
        this.#push(new PyTuple([this.#pop()]));
        return;
      case 0x86: {
        const second = this.#pop();
        this.#push(new PyTuple([this.#pop(), second]));
        return;
      }
      case 0x87: {
        const third = this.#pop();
        const second = this.#pop();
        this.#push(new PyTuple([this.#pop(), second, third]));
        return;
      }
      case 0x61: {
        const item = this.#pop();
        this.#listAtTop().push(item);
        return;
      }
      case 0x65: {
        const items = this.#popToMark();
        const list = this.#listAtTop();
        for (const item of items) list.push(item);
        return;
      }
      case 0x64: {
        const map = new Map<PyValue, PyValue>();
        this.#setItems(map, this.#popToMark());
        this.#push(map);
        return;
      }
      case 0x73: {
        const value = this.#pop();
        const key = this.#pop();
        this.#mapAtTop().set(key, value);
        return;
      }
      case 0x75: {
        const items = this.#popToMark();
        this.#setItems(this.#mapAtTop(), items);
        return;
      }
      case 0x71: // BINPUT
        this.#memoize(this.#bytes.uint8());
        return;
      case 0x72: // LONG_BINPUT
        this.#memoize(this.#bytes.uint32());
        return;
      case 0x94: // MEMOIZE
        this.#memoize(this.#memo.length);
        return;
      case 0x68: // BINGET
        this.#recall(this.#bytes.uint8());
        return;
      case 0x6a: // LONG_BINGET
        this.#recall(this.#bytes.uint32());
        return;
      case 0x63: // GLOBAL
        this.#global(this.#bytes.line(), this.#bytes.line());
        return;
      case 0x93: {
        const name = this.#pop();
        const module = this.#pop();
        if (typeof module !== 'string' || typeof name !== 'string') this.#fail('names a constructor by a non-string');
        this.#global(module, name);
        return;
      }
      case 0x52: {
        const args = this.#pop();
        const callee = this.#pop();
        this.#push(this.#constructors.call(callee, args));
        return;
      }
      case 0x81: {
        const args = this.#pop();
        this.#push(this.#constructors.call(this.#pop(), args));
        return;
      }
      case 0x62: {
        const state = this.#pop();
        this.#constructors.build(this.#top(), state);
        return;
      }
      default:
        this.#fail(`uses opcode 0x${opcode.toString(16)}, which NumPy arrays do not need`);
    }
  }

  #listAtTop(): PyValue[] {
    const list = this.#top();
    return Array.isArray(list) ? list : this.#fail('appends to something that is not a list');
  }

  #mapAtTop(): Map<PyValue, PyValue> {
    const map = this.#top();
    return map instanceof Map ? map : this.#fail('sets items of something that is not a dict');
  }

  #setItems(map: Map<PyValue, PyValue>, items: readonly PyValue[]): void {
    if (items.length % 2 !== 0) this.#fail('has a key without a value');
    for (let i = 0; i < items.length; i += 2) map.set(items[i] ?? null, items[i + 1] ?? null);
  }

  #global(module: string, name: string): void {
    this.#push(constructorNamed(`${module}.${name}`, this.#where));
  }
}
