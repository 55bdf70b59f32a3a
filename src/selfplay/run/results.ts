/** Counts what a run's games came to. */
import { reasonOf } from '../../games/record/game-write.ts';
import type { GameNews } from './messages.ts';

export class Results {
  games = 0;
  plies = 0;
  decisions = 0;
  swapped = 0;
  /** Wins by seat, seat 1 first; games without a winner are in none. */
  readonly bySeat: number[];
  readonly byReason = new Map<string, number>();
  /** Seats taken and games won, by player. */
  readonly byPlayer = new Map<string, { seats: number; wins: number }>();

  constructor(players: number) {
    this.bySeat = new Array<number>(players).fill(0);
  }

  add({ players, swapped, decisions, winner, outcome, plies }: GameNews): void {
    this.games++;
    this.plies += plies;
    this.decisions += decisions;
    if (swapped) this.swapped++;
    if (winner > 0) this.bySeat[winner - 1] = (this.bySeat[winner - 1] ?? 0) + 1;
    const reason = reasonOf(outcome);
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
    const winnerStarted = swapped ? 3 - winner : winner;
    players.forEach((player, i) => {
      const entry = this.byPlayer.get(player) ?? { seats: 0, wins: 0 };
      entry.seats++;
      if (i + 1 === winnerStarted) entry.wins++;
      this.byPlayer.set(player, entry);
    });
  }

  /** Plain data for the summary, names in alphabetical order. */
  toJSON(): object {
    const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
      Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      games: this.games,
      plies: this.plies,
      decisions: this.decisions,
      ...(this.swapped > 0 && { swapped: this.swapped }),
      bySeat: this.bySeat,
      byReason: sorted(this.byReason),
      byPlayer: sorted(this.byPlayer),
    };
  }

  /** Two lines for people: wins by seat, ends by reason. */
  lines(): string[] {
    const share = (count: number): string => `${Math.round((100 * count) / Math.max(1, this.games))}%`;
    const seats = this.bySeat.map((wins, i) => `seat ${i + 1} ${wins} (${share(wins)})`);
    const reasons = [...this.byReason].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${reason} ${n}`);
    return [`wins  ${seats.join('  ')}`, `ends  ${reasons.join('  ')}`];
  }
}
