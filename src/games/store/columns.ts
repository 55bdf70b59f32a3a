/**
 * The header columns of every schema, in the order in which seals take them. What was released is never edited: files are
 * migrated and sealed by these lists, whatever columns come later.
 */
export const HEADER_1 = [
  ...['game_id', 'board', 'players', 'status', 'winner', 'reason', 'ranking', 'plies', 'decisions', 'engine', 'source'],
  ...['run_id', 'run_seed', 'shard', 'game_index', 'quality', 'quality_category'],
  ...['parity_status', 'parity_checked_at', 'parity_divergence_move'],
  ...['created_at', 'rr_version', 'rules_version', 'encoder', 'options'],
];
export const HEADER_2 = [...HEADER_1, 'quality_version'];

/** Those of today; a test holds them against GameHeaderSchema. */
export const HEADER_COLUMNS = [...HEADER_2];

/** What is kept of a game that is put aside. `arrival` is where it was found. */
export const KEPT_2 = ['arrival', ...HEADER_2, 'checksum', 'seal', 'moves', 'extras'];

/** For SELECT: columns that a table of the first schema lacks are NULL. */
export const selected = (columns: readonly string[], schema: number): string[] =>
  schema < 2 ? columns.map((name) => (LATER.has(name) ? `NULL AS ${name}` : name)) : [...columns];

const LATER = new Set([...HEADER_2.filter((name) => !HEADER_1.includes(name)), 'seal']);
