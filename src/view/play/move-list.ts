/** Moves by number, in as many columns as the terminal has room for. */
import type { MoveOption } from './move-input.ts';

/** Moves listed at once; more are to be narrowed down by naming a cell. */
const LISTED = 60;

export function listText(options: readonly MoveOption[], width: number | undefined): string {
  if (options.length === 0) return 'No legal move fits.';
  const shown = options.slice(0, LISTED).map(({ text }, i) => `${String(i + 1).padStart(3)} ${text}`);
  const column = Math.max(...shown.map((text) => text.length)) + 2;
  const columns = Math.max(1, Math.floor((width || 80) / column));
  const lines = Array.from({ length: Math.ceil(shown.length / columns) }, (_, row) =>
    shown
      .slice(row * columns, (row + 1) * columns)
      .map((text) => text.padEnd(column))
      .join('')
      .trimEnd(),
  );
  const more = options.length - shown.length;
  if (more > 0) lines.push(`    and ${more} more: name a cell (moves d4) to see fewer`);
  return lines.join('\n');
}
