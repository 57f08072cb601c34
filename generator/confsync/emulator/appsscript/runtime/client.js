// google.script.run in a page that HtmlService made: each function of the script as one that calls it over HTTP.
(function (address, names) {
  "use strict";
  const isForm = (value) => typeof HTMLFormElement !== "undefined" && value instanceof HTMLFormElement;
  const fields = (form) => {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string") throw new TypeError(`A file (${name}) cannot be sent to this local Google.`);
      values[name] = name in values ? [].concat(values[name], value) : value;
    }
    return values;
  };
  // What the script gets is a copy, of text, numbers, booleans, null, lists and plain objects.
  const legal = (value, property, around) => {
    if (value === null || value === undefined) return null;
    const refuse = () => {
      throw new TypeError(`Failed due to illegal value in property: ${property}`);
    };
    if (typeof value !== "object") return ["string", "number", "boolean"].includes(typeof value) ? value : refuse();
    if (around.includes(value)) refuse();
    const inside = [...around, value];
    if (Array.isArray(value)) return value.map((item, at) => legal(item, at, inside));
    if (![null, Object.prototype].includes(Object.getPrototypeOf(value))) refuse();
    const copy = {};
    for (const name of Object.keys(value)) if (value[name] !== undefined) copy[name] = legal(value[name], name, inside);
    return copy;
  };

  const call = (name, given, { success, failure, object }) => {
    const sent = given.length === 1 && isForm(given[0]) ? [fields(given[0])] : legal(given, "", []);
    const failed = (message) => failure?.(Object.assign(new Error(message), { name: "ScriptError" }), object);
    fetch(new URL(address, location.href), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ function: name, arguments: sent }),
    })
      .then((response) => response.json())
      .catch(() => ({ error: { message: "NetworkError: Connection failure due to HTTP 0" } }))
      .then((answer) => (answer.error ? failed(answer.error.message) : success?.(answer.result, object)));
  };
  // A runner is never changed: each handler makes another one.
  const runner = (handlers) => {
    const functions = {};
    for (const name of names) {
      functions[name] = (...given) => {
        call(name, given, handlers);
      };
    }
    return {
      ...functions,
      withSuccessHandler: (success) => runner({ ...handlers, success }),
      withFailureHandler: (failure) => runner({ ...handlers, failure }),
      withUserObject: (object) => runner({ ...handlers, object }),
    };
  };
  const run = runner({ failure: (error) => console.error(error) });
  globalThis.google = { ...globalThis.google, script: { run } };
})
