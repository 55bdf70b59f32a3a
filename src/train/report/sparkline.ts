/** A row of numbers as a row of little bars. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** One character per number, lowest to highest; numbers that are none leave a gap. */
export function sparkline(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low;
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      return BARS[span > 0 ? Math.round(((value - low) / span) * (BARS.length - 1)) : 0];
    })
    .join('');
}
