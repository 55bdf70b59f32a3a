/** Preloaded into rr (NODE_OPTIONS=--import): the clock of this process goes by CLOCK_SHIFT_MS milliseconds wrong. */
const shift = Number(process.env.CLOCK_SHIFT_MS);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shift);
    else super(...args);
  }

  static now() {
    return RealDate.now() + shift;
  }
};
