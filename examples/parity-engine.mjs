#!/usr/bin/env node
/**
 * An engine on the other end of `rr parity --against`: replays games and answers the hash after every move. This one
 * uses rr's own rules, so it always agrees; put yours in the place of `replay`. The protocol is in
 * src/parity/against.ts: one JSON object per line each way.
 */
import { createInterface } from 'node:readline';
import { stateHash } from '../src/engine/fingerprint.ts';
import { createRules } from '../src/engine/rules.ts';
import { State } from '../src/engine/state.ts';
import { interpretMove } from '../src/games/upstream/interpret.ts';

/** The hash after each move, or the number of the first move that is refused and why. */
function replay({ config, options, moves }) {
  const [board, players] = config.split('_');
  const state = new State(createRules(board, Number.parseInt(players, 10), options));
  const hashes = [];
  for (const move of moves) {
    try {
      interpretMove(state, move).play(state);
    } catch (error) {
      return { type: 'error', move: hashes.length, message: error.message };
    }
    hashes.push(stateHash(state));
  }
  return { type: 'hashes', hashes };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer =
    message.type === 'hello' ? { type: 'hello', engine: 'example' } : { ...replay(message), id: message.id };
  console.log(JSON.stringify(answer));
}
