/** Headings of `rr --help`, in reading order. */
export const GROUPS = ['Play and look', 'Games and samples', 'Learn', 'Judge', 'Operate'] as const;
export type Group = (typeof GROUPS)[number];
