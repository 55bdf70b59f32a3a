/** What the signs on a board mean, for pages: each sign drawn as the board draws it. */
import { boardElements } from '../board/board.js';
import type { MoveMarks } from '../board/marks.ts';

interface Sign {
  readonly code: string;
  readonly marks?: Partial<MoveMarks> & { readonly legal?: readonly number[] };
  readonly text: string;
}

const SIGNS: readonly Sign[] = [
  { code: '111', text: 'a stack: 3 rings, the top one says whose it is' },
  { code: '11122', text: 'height 5, cap 3: two rings of the other player are buried' },
  { code: 'o1', text: 'a marker' },
  { code: '#1', text: 'territory: nothing may enter it any more' },
  { code: '', marks: { path: [0] }, text: 'where the last move ended; dashed: where it began' },
  { code: '', marks: { area: [0] }, text: 'a cell of the line or region that it was about' },
  { code: '', marks: { legal: [0] }, text: 'a legal move ends here (button “legal”)' },
];

/** A layout of one square cell. */
const CELL = { shape: 'square', width: 1, height: 1, cells: [{ x: 0.5, y: 0.5, name: '' }], labels: [] } as const;

/** A box that opens on a click. */
export function legendBox(): string {
  const rows = SIGNS.map(({ code, marks, text }) => {
    const drawing = boardElements(CELL, [code], { path: [], area: [], ...marks });
    return `<dt><svg class="board" viewBox="-.05 -.2 1.1 1.25" aria-hidden="true">${drawing}</svg></dt><dd>${text}</dd>`;
  });
  const scores =
    '<p><b>rings out</b>: rings taken out of the game, and how many win. <b>territory</b>: cells owned, and how many ' +
    'win. <b>in hand</b>: rings still to be placed.</p>';
  return `<details class="box legend"><summary>legend</summary><dl>${rows.join('')}</dl>${scores}</details>`;
}
