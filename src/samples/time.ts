/** Times of sources as numbers. */

/** Seconds since 1970; a time without a zone is UTC. NaN when unknown. */
export function seconds(iso: string | null): number {
  if (iso === null) return Number.NaN;
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`) / 1000;
}
