// Libraries: a scope each, entered when it is first touched. Who includes one sees its enumerable globals.
(function (kit) {
  "use strict";
  const G = globalThis;
  const own = new Set(Object.keys(G));
  const { shared } = kit;

  // What a library throws, promises or dates is an Error, a Promise or a Date of the script.
  const kinds = [Error, Promise, Date].map((kind) => kind.prototype);
  if (kit.main) kinds.forEach((kind, at) => Object.setPrototypeOf(kind, shared.kinds[at]));
  else shared.kinds = kinds;

  const included = (number) => {
    kit.enter(number);
    const library = shared.libraries[number];
    if ("error" in library) throw library.error;
    return library.scope;
  };
  kit.opened.push(({ includes = [] }) => {
    for (const [symbol, number] of includes) kit.global(symbol, () => included(number));
  });

  // Of the scope of a library: what others see of it is there at once, and filled when its files have run.
  kit.expose = (number) => {
    const { scope } = (shared.libraries[number] = { scope: {} });
    return () => {
      for (const name of Object.keys(G)) {
        if (own.has(name) || name.endsWith("_")) continue;
        Object.defineProperty(scope, name, { enumerable: true, get: () => G[name] });
      }
    };
  };
  kit.broke = (number, error) => {
    shared.libraries[number].error = error;
  };
})
