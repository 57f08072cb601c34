"use strict";
// What is left of the host for whoever gets hold of an object from it: the language itself, which nobody can change.
const vm = require("node:vm");

// Should a script get hold of an object from this side, it finds nothing here but the language itself, and can leave
// nothing in it for the next execution. An error of `import()` is all that is known to come out.
exports.seal = (context) => {
  const language = new Set(vm.runInNewContext("Object.getOwnPropertyNames(globalThis)"));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!language.has(name)) delete globalThis[name];
  }
  const sealed = new Set();
  const freeze = (value) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || sealed.has(value)) return;
    sealed.add(value);
    Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, key);
      for (const one of [member, get, set]) freeze(one);
    }
  };
  for (const source of ['import("")', "Function('return import(\"\")')()"]) {
    vm.runInContext(`${source}.catch((error) => { globalThis.caught = error; });`, context);
    freeze(Object.getPrototypeOf(context.caught));
    context.caught = undefined;
  }
  for (const name of language) if (name !== "globalThis") freeze(globalThis[name]);
};
