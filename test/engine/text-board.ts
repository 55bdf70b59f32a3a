/**
 * A plain-text board for people and logs. Every cell takes three columns: `·` empty, `oP` a marker of player P,
 * `P^h` … a stack of height h controlled by P (its cap as a letter: a = 1, b = 2, …), `#P` a cell collapsed for P.
 *
 *   stack:     `1c5` = player 1, cap 3, height 5      (heights of ten and more end in `+`)
 */
import { COLLAPSED, STACK, type State } from '../../src/engine/state.ts';
import { cellAt } from '../../src/engine/topology.ts';

const WIDTH = 4;

export function textBoard(s: State): string {
  const { shape, size, radius } = s.rules.topology.spec;
  const rows: string[] = [];
  if (shape === 'square') {
    for (let y = size - 1; y >= 0; y--) {
      const row = Array.from({ length: size }, (_, x) => cellText(s, cellAt(s.rules.topology, x, y)));
      rows.push(`${String(y + 1).padStart(2)} ${row.join('')}`.trimEnd());
    }
    rows.push(
      `   ${Array.from({ length: size }, (_, x) => ` ${String.fromCharCode(97 + x)}`.padEnd(WIDTH)).join('')}`.trimEnd(),
    );
    return rows.join('\n');
  }
  for (let x = radius; x >= -radius; x--) {
    const indent = ' '.repeat((Math.abs(x) * WIDTH) / 2);
    let row = '';
    for (let y = Math.max(-radius, -x - radius); y <= Math.min(radius, -x + radius); y++)
      row += cellText(s, cellAt(s.rules.topology, x, y));
    rows.push(`${String(radius - x + 1).padStart(2)} ${indent}${row}`.trimEnd());
  }
  return rows.join('\n');
}

function cellText(s: State, cell: number): string {
  const content = s.content[cell];
  let text = ' ·';
  if (content > COLLAPSED) text = `#${content - COLLAPSED}`;
  else if (content > STACK) {
    const height = s.height[cell];
    const cap = String.fromCharCode(96 + Math.min(s.cap[cell], 26));
    text = `${content - STACK}${cap}${height > 9 ? '+' : height}`;
  } else if (content > 0) text = `o${content}`;
  return text.padEnd(WIDTH);
}
