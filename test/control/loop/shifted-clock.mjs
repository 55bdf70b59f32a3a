/** Preloaded into rr (NODE_OPTIONS=--import): the clock of this process goes by CLOCK_SHIFT_MS milliseconds wrong. */
const shift = Number(process.env.CLOCK_SHIFT_MS);
const real = Date.now.bind(Date);
Date.now = () => real() + shift;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget),
});
