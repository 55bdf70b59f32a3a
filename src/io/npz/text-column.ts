/** Columns of text. */
import type { Hash } from 'node:crypto';
import type { Column, FinishedArray } from './columns.ts';
import { encodeText } from './npy.ts';
import { pickleObjectArray } from './pickle.ts';
import { readUint32s, Spill } from './spill.ts';

/**
 * One text per row, stored as `<Un` or as Python strings. The distinct texts stay in memory (phases, engine names,
 * game ids: thousands, not millions), the rows are spilled as indices.
 */
export class TextColumn implements Column {
  readonly #form: 'unicode' | 'objects';
  readonly #spill: Spill;
  readonly #index = new Map<string, number>();
  rows = 0;

  constructor(folder: string, form: 'unicode' | 'objects') {
    this.#form = form;
    this.#spill = new Spill(folder);
  }

  append(text: string): void {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.#index.size;
      this.#index.set(text, index);
    }
    this.#spill.writeUint32(index);
    this.rows++;
  }

  *#texts(): Generator<string> {
    const texts = [...this.#index.keys()];
    for (const index of readUint32s(this.#spill)) yield texts[index] ?? '';
  }

  finish(): FinishedArray {
    const close = () => this.#spill.close();
    if (this.#form === 'objects') {
      const items = (hash: Hash) => hashedTexts(this.#texts(), hash);
      const shape = [this.rows];
      return { dtype: { kind: 'object' }, shape, body: (hash) => pickleObjectArray(shape, items(hash)), close };
    }
    let width = 1;
    for (const text of this.#index.keys()) width = Math.max(width, [...text].length);
    const encoded = [...this.#index.keys()].map((text) => encodeText([text], width));
    const spill = this.#spill;
    return {
      dtype: { kind: 'text', width },
      shape: [this.rows],
      size: this.rows * width * 4,
      *body(hash) {
        for (const part of spill.read()) {
          const bytes = Buffer.allocUnsafe(part.length * width);
          for (let row = 0; row < part.length / 4; row++) {
            encoded[part.readUInt32LE(row * 4)]?.copy(bytes, row * width * 4);
          }
          hash.update(bytes);
          yield bytes;
        }
      },
      close,
    };
  }

  close(): void {
    this.#spill.close();
  }
}

function* hashedTexts(texts: Iterable<string>, hash: Hash): Generator<string> {
  for (const text of texts) {
    hash.update(text, 'utf8');
    yield text;
  }
}
