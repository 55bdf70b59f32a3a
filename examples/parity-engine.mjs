#!/usr/bin/env node
/**
 * An engine on the other end of `rr parity --against`: replays games and answers the hash after every move. Put your
 * rules in the place of `replay`. Until then it asks `rr show` of this package, so it always agrees.
 *
 * One JSON object per line each way:
 *
 *   to the engine:   {"type":"hello","protocol":1,"rules":"ringrift-1"}
 *                    {"type":"replay","id":"…","config":"hex8_2p","options":{…},"moves":[…]}
 *   from it:         {"type":"hello","engine":"name and version"}
 *                    {"type":"hashes","id":"…","hashes":["16 hex digits after each move", …]}
 *                    {"type":"error","id":"…","move":3,"message":"why this move is refused, counted from 0"}
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../bin/rr', import.meta.url));
const rr = existsSync(beside) ? [process.execPath, beside] : ['rr'];

/** The hash after each move, or the number of the first move that is refused and why. */
function replay({ id, config, options, moves }) {
  const game = { type: 'game', id, config, rules: 'ringrift-1', options, moves, plies: moves.length, ...UNKNOWN };
  const [program, ...args] = [...rr, 'show', '-', '--all', '--format', 'ndjson'];
  const { status, stdout, stderr, error } = spawnSync(program, args, { input: JSON.stringify(game), ...TEXT });
  if (error) throw error;
  if (status !== 0) {
    const [, move = '0'] = /moves\[(\d+)\]/.exec(stderr) ?? [];
    return { type: 'error', move: Number(move), message: stderr.trim() };
  }
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const positions = records.filter(({ type }) => type === 'position');
  // the first position is the one before any move
  return { type: 'hashes', hashes: positions.slice(1).map(({ hash }) => hash) };
}

/** What a game record says besides its moves. */
const UNKNOWN = {
  seats: [
    { seat: 1, player: 'unknown', model: null },
    { seat: 2, player: 'unknown', model: null },
  ],
  ...{ status: 'in_progress', winner: null, reason: null, decisions: null },
};

const TEXT = { encoding: 'utf8', maxBuffer: 2 ** 30 };

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer =
    message.type === 'hello' ? { type: 'hello', engine: 'example' } : { ...replay(message), id: message.id };
  console.log(JSON.stringify(answer));
}
