// Time and chance: the emulator's clock in Date and Intl, seeded random numbers, no globals the platform lacks.
(function (kit) {
  "use strict";
  const { construct, apply, defineProperty } = Reflect;

  const RealDate = Date;
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      construct(target, given.length ? given : [kit.now], newTarget === VirtualDate ? target : newTarget),
    apply: () => new RealDate(kit.now).toString(),
  });
  const hide = (owner, name, value) =>
    defineProperty(owner, name, { value, writable: true, configurable: true, enumerable: false });
  hide(RealDate, "now", function now() {
    return kit.now;
  });
  hide(RealDate.prototype, "constructor", VirtualDate);
  hide(globalThis, "Date", VirtualDate);

  // Without a date, a formatter takes the machine's clock.
  const formatter = Intl.DateTimeFormat.prototype;
  const { formatToParts } = formatter;
  hide(formatter, "formatToParts", function (date) {
    return apply(formatToParts, this, [date === undefined ? kit.now : date]);
  });
  const format = Object.getOwnPropertyDescriptor(formatter, "format").get;
  const bound = new WeakMap();
  Object.defineProperty(formatter, "format", {
    configurable: true,
    get() {
      const inner = apply(format, this, []);
      if (!bound.has(this)) bound.set(this, (date) => inner(date === undefined ? kit.now : date));
      return bound.get(this);
    },
  });

  // sfc32, seeded by splitmix32
  let state = [1, 2, 3, 4];
  const next = () => {
    const [a, b, c, d] = state;
    const sum = (((a + b) | 0) + d) | 0;
    state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (d + 1) | 0];
    return sum >>> 0;
  };
  const seeded = (seed) => {
    let mixed = (seed ^ Math.trunc(seed / 2 ** 32)) | 0;
    return state.map(() => {
      mixed = (mixed + 0x9e3779b9) | 0;
      const folded = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      return Math.imul(folded ^ (folded >>> 15), 0x735a2d97) ^ (folded >>> 15);
    });
  };
  kit.opened.push((settings) => {
    state = seeded(settings.seed);
  });
  hide(Math, "random", function random() {
    return ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  });

  for (const name of ["Atomics", "SharedArrayBuffer", "WebAssembly", "Temporal"]) delete globalThis[name];
})
