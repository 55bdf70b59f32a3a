/** A rectangle of characters with a style each, written in any order and read out line by line. */

import { at } from '../../core/at.ts';

/** Turns text of one style into what the terminal gets; `''` is plain text. */
export type Painter<Style extends string> = (text: string, style: Style | '') => string;

interface Glyph<Style> {
  readonly text: string;
  readonly style: Style | '';
}

export class TextGrid<Style extends string> {
  readonly #rows: Glyph<Style>[][] = [];

  get height(): number {
    return this.#rows.length;
  }

  /** Columns of the widest line. */
  get width(): number {
    return Math.max(0, ...this.#rows.map((row) => row.length));
  }

  /** Writes over whatever is there. Every code point takes one column. */
  put(row: number, column: number, text: string, style: Style | '' = ''): void {
    while (this.#rows.length <= row) this.#rows.push([]);
    const line = at(this.#rows, row);
    for (const [i, glyph] of [...text].entries()) {
      while (line.length < column + i) line.push({ text: ' ', style: '' });
      line[column + i] = { text: glyph, style };
    }
  }

  /** Lines without trailing blanks; neighbours of one style are painted together. */
  lines(paint: Painter<Style>): string[] {
    return this.#rows.map((row) => {
      const end = row.findLastIndex(({ text, style }) => text !== ' ' || style !== '') + 1;
      let line = '';
      for (let from = 0; from < end; ) {
        const { style } = at(row, from);
        let to = from + 1;
        while (to < end && at(row, to).style === style) to++;
        const text = row
          .slice(from, to)
          .map((glyph) => glyph.text)
          .join('');
        line += style === '' ? text : paint(text, style);
        from = to;
      }
      return line;
    });
  }
}
