// The kernel of the sandbox: asks the outside world, makes errors and service objects, begins and ends.
//
// It runs first in every fresh global scope. What the host gave stays in closures; scripts see services only. The scope of
// a library is given the `main` kit, whose objects it knows as its own.
(function (bridge, main) {
  "use strict";
  const { parse, stringify } = JSON;
  const { keys } = Object;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const G = globalThis;
  const ErrorType = Error;
  const PromiseType = Promise;
  const shared = main?.shared ?? {
    __proto__: null,
    now: 0,
    built: new WeakMap(),
    owners: new WeakMap(), // objects of services → the type that the platform calls them by
    enumerations: { __proto__: null },
    lines: [], // what Logger has logged
    libraries: [], // by number: what others see of each, or how it broke
    kept: { __proto__: null }, // WeakMaps of services, by name
  };
  const { built, owners } = shared;
  // Without a prototype, for a script may have changed that of all objects: its getters and toJSON would see these.
  const kit = {
    __proto__: null,
    main,
    built,
    shared,
    settings: {},
    get now() {
      return shared.now;
    },
    set now(moment) {
      shared.now = moment;
    },
    known: (name) => (shared.kept[name] ??= new WeakMap()),
    // Most executions need no table, and none needs all.
    table: (name) => parse(kit.tableText(name)),
  };

  // Nothing that the host throws may reach a script: the only thing it can throw here is a stack overflow.
  const sealed = (crossing) => (first, second, third) => {
    try {
      return crossing(`${first}`, `${second}`, `${third}`);
    } catch {
      throw new RangeError("Maximum call stack size exceeded");
    }
  };
  for (const name of keys(bridge)) kit[name] = sealed(bridge[name]);

  const NATIVE = { TypeError, RangeError, ReferenceError, SyntaxError };
  kit.error = (name, message, properties) => {
    const error = new (NATIVE[name] ?? ErrorType)(message);
    if (!NATIVE[name]) error.name = name;
    return Object.assign(error, properties);
  };
  kit.exception = (message) => kit.error("Exception", message);

  // One question to the outside world; null and undefined arguments are not sent.
  const { ask } = kit;
  kit.ask = (service, method, given = {}) => {
    const named = { __proto__: null };
    for (const key of keys(given)) {
      if (given[key] !== undefined && given[key] !== null) named[key] = given[key];
    }
    const question = { __proto__: null, service: `${service}`, method: `${method}`, arguments: named, library: kit.library };
    const answer = parse(ask(stringify(question)));
    kit.now = answer.now;
    if (!answer.error) return answer.value;
    throw kit.error(answer.error.name, answer.error.message, answer.error.properties);
  };

  // Argument types as the platform names them in its complaints.
  const typeName = (value) => {
    if (value === null || value === undefined) return "null";
    if (Array.isArray(value)) return value.length ? `${typeName(value[0])}[]` : "Object[]";
    if (typeof value === "string") return "String";
    if (typeof value === "boolean") return "Boolean";
    if (owners.has(value)) return owners.get(value);
    return typeof value === "object" ? (value.constructor?.name ?? "Object") : typeof value;
  };
  const FITS = {
    any: () => true,
    string: (value) => typeof value !== "object" && typeof value !== "function",
    number: (value) => typeof value === "number" || (typeof value === "string" && value !== "" && !isNaN(value)),
    boolean: (value) => typeof value === "boolean",
    object: (value) => typeof value === "object" && !Array.isArray(value),
    array: (value) => Array.isArray(value),
  };
  const fits = (given, types) =>
    given.length === types.length &&
    types.every((type, at) => {
      if ((given[at] ?? null) === null) return type !== "number";
      return typeof type === "function" ? type(given[at]) : FITS[type](given[at]);
    });
  const method = (owner, name, signatures, run) =>
    ({
      [name](...given) {
        while (!signatures.some((types) => fits(given, types))) {
          if (given.length === 0 || given[given.length - 1] !== undefined) {
            const types = given.map(typeName).join(",");
            throw kit.exception(`The parameters (${types}) don't match the method signature for ${owner}.${name}.`);
          }
          given.length--;
        }
        return run(...given);
      },
    })[name];

  const QUIET = new Set(["then", "toJSON"]);
  const guard = (owner, target) =>
    new Proxy(target, {
      get(object, key) {
        if (typeof key === "symbol" || key in object) return object[key];
        if (QUIET.has(key)) return undefined;
        throw new ErrorType(`${owner}.${key} is not emulated`);
      },
    });

  // An object of a service. A member that is a list is a method: its signatures, then the function. A signature is a list
  // of types: names of what JavaScript has, or functions that tell whether a value fits.
  kit.object = (owner, members) => {
    const target = { toString: () => owner };
    for (const name of keys(members)) {
      const member = members[name];
      target[name] = Array.isArray(member) ? method(owner, name, member.slice(0, -1), member.at(-1)) : member;
    }
    const object = guard(owner, target);
    owners.set(object, owner);
    return object;
  };
  kit.missing = (owner) => guard(owner, { toString: () => owner });

  // A global that is built when it is first touched.
  kit.global = (name, build) => {
    const become = (value) => Object.defineProperty(G, name, { value, writable: true, configurable: true });
    Object.defineProperty(G, name, {
      configurable: true,
      get: () => become(build())[name],
      set: become,
    });
  };

  kit.enumeration = (names) => (shared.enumerations[names.join()] ??= enumeration(names));
  const enumeration = (names) => {
    const members = {};
    names.forEach((name, position) => {
      members[name] = Object.freeze({
        toString: () => name,
        toJSON: () => name,
        name: () => name,
        ordinal: () => position,
      });
    });
    return Object.freeze(members);
  };

  // How an execution begins and ends.
  let outcome = "{}";
  let pending = false; // an asynchronous function has not ended yet
  kit.opened = [];
  kit.open = (text) => {
    kit.settings = parse(text);
    if (main) kit.library = kit.settings.library;
    else kit.now = kit.settings.now;
    for (const then of kit.opened) then(kit.settings);
  };
  const properties = (error) => {
    const kept = { __proto__: null };
    for (const key of keys(error)) {
      if (key === "name" || key === "message" || key === "stack") continue;
      try {
        const text = stringify(error[key]);
        if (text !== undefined) kept[key] = parse(text);
      } catch {} // a property that JSON cannot show is left out
    }
    return kept;
  };
  const describe = (error) => {
    if (!(error instanceof ErrorType)) {
      const thrown = error !== null && typeof error === "object" ? stringify(error) : String(error);
      return { __proto__: null, name: "", message: `${thrown}`, stack: "" };
    }
    const { name, message, stack } = error;
    const texts = { __proto__: null, name: `${name}`, message: `${message}`, stack: `${stack}` };
    return { __proto__: null, ...texts, properties: properties(error) };
  };
  kit.unprintable = '{"error":{"name":"","message":"[unprintable]","stack":""}}';
  kit.failed = (error) => {
    try {
      return stringify({ __proto__: null, error: describe(error) });
    } catch {
      return kit.unprintable;
    }
  };
  const succeed = (value) => {
    try {
      const shown = (item) => (built.has(item) ? built.get(item)() : item);
      outcome = stringify({ __proto__: null, result: Array.isArray(value) ? value.map(shown) : shown(value) });
    } catch {
      outcome = "{}"; // what JSON cannot show is not returned
    }
  };
  const fail = (error) => {
    pending = false;
    outcome = kit.failed(error);
  };
  // Objects of services are known by the functions that they hold.
  const isBasic = (value) => {
    if (typeof value !== "object" || value === null) return !["function", "symbol", "bigint"].includes(typeof value);
    return !(value instanceof Date) && Object.values(value).every(isBasic);
  };
  const returned = (value) => {
    pending = false;
    try {
      if (!kit.settings.returnsBasic || isBasic(value)) succeed(value);
      else if (kit.settings.returnsBasic === "orNull") succeed(null);
      else fail(kit.error("ScriptError", "The script completed but the returned value is not a supported return type."));
    } catch (error) {
      fail(error); // what holds itself has no end
    }
  };
  kit.begin = (handler, owner, text) => {
    if (typeof handler !== "function") {
      fail(kit.exception(`Script function not found: ${kit.settings.function}`));
      return;
    }
    try {
      const given = parse(text);
      if (given[0]?.triggerUid !== undefined) given[0].authMode = kit.authMode(given[0].authMode);
      const value = apply(handler, owner === handler ? undefined : owner, given);
      if (value instanceof PromiseType) {
        pending = true;
        apply(then, value, [returned, fail]);
      } else returned(value);
    } catch (error) {
      fail(error);
    }
  };
  kit.outcome = () => outcome;
  kit.pending = () => pending;
  return kit;
})
