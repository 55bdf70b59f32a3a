/**
 * From a network's value head to seat values: `shares[i · players + k]` is the expected share of the win of the k-th
 * seat after the mover (0 the mover), `movers[i]` the mover's seat. Values are 2 · share − 1, written so that two players
 * get exactly opposite numbers whatever the rounding of the shares.
 */
export function seatValues(
  shares: Float32Array,
  movers: Uint8Array,
  count: number,
  players: number,
  values: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    const first = i * players;
    if (players === 2) {
      const value = shares[first] - shares[first + 1];
      values[first + movers[i]] = value;
      values[first + 1 - movers[i]] = -value;
      continue;
    }
    for (let k = 0; k < players; k++) values[first + ((movers[i] + k) % players)] = 2 * shares[first + k] - 1;
  }
}
