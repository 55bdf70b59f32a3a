/**
 * Soft resignation (KataGo's self-play): a game that has looked decided for a while is not cut short, which would bias
 * what is learnt about won positions, but played out with cheap searches whose rows count little.
 */

export interface SoftResignOptions {
  /** Root value, in [−1, 1], from which a seat counts as having won. 0.9 is 95 % of the win. */
  readonly threshold: number;
  /** Decisions in a row that must agree on the same seat. */
  readonly decisions: number;
  /** Simulations of the searches that finish the game. */
  readonly simulations: number;
  /** Weight of the rows they give. */
  readonly weight: number;
}

export const DEFAULT_SOFT_RESIGN: SoftResignOptions = { threshold: 0.9, decisions: 6, simulations: 8, weight: 0.1 };

/** Watches the root values of one game. */
export class DecidedWatch {
  readonly #options: SoftResignOptions;
  #leader = -1;
  #streak = 0;

  constructor(options: SoftResignOptions) {
    this.#options = options;
  }

  /** `values` by seat, of the decision just searched. */
  note(values: ArrayLike<number>): void {
    let leader = 0;
    for (let seat = 1; seat < values.length; seat++) if (values[seat] > values[leader]) leader = seat;
    if (values[leader] < this.#options.threshold) {
      this.#streak = 0;
      return;
    }
    this.#streak = leader === this.#leader ? this.#streak + 1 : 1;
    this.#leader = leader;
  }

  /** The game looks decided now. A doubt raised by a later search takes it back. */
  get decided(): boolean {
    return this.#streak >= this.#options.decisions;
  }
}
