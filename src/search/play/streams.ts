/** Streams of random numbers within a game, each keyed (run seed, game index, stream); seats add their number, from 1. */
export const OPENING_STREAM = 1;
export const FORK_STREAM = 2;
export const SEAT_STREAM = 16;
export const SETUP_STREAM = 32;
