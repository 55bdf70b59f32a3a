/**
 * Plays random games in this process and prints how many bytes of heap that took per ply, as JSON. Run with
 * --expose-gc and a young generation so large that it is never collected while counting: then every object that the
 * rules allocate, however short-lived, is still on the heap at the end.
 */
import { MoveList } from '../../src/engine/moves.ts';
import { Random } from '../../src/engine/random.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';
import { type PlayoutCount, playout } from '../../src/search/play/playout.ts';

const WARM_PLIES = 300_000;
const COUNTED_PLIES = 300_000;
const MAX_MOVES = 10_000;

const [board = '', players = ''] = process.argv.slice(2);
if (gc === undefined) throw new Error('run with --expose-gc');
if ((board !== 'square8' && board !== 'hex8') || (players !== '2' && players !== '3')) throw new Error('which game?');
const state = new State(createRules(board, players === '2' ? 2 : 3));
const legal = new MoveList();
const random = new Random(1);
const count: PlayoutCount = { games: 0, plies: 0, decisions: 0, choices: 0 };
while (count.plies < WARM_PLIES) playout(state, legal, random, MAX_MOVES, count);
gc();
const start = count.plies;
const before = process.memoryUsage().heapUsed;
while (count.plies < start + COUNTED_PLIES) playout(state, legal, random, MAX_MOVES, count);
const bytes = process.memoryUsage().heapUsed - before;
console.log(JSON.stringify({ plies: count.plies - start, bytesPerPly: bytes / (count.plies - start) }));
