// The advanced Calendar service, made from Calendar's discovery document.
//
// Arguments go: body (if any), path parameters in their order, query parameters as an object, headers.
(function (kit) {
  "use strict";
  const HEADERS = ["If-Match", "If-None-Match"];
  let read;
  const table = () => (read ??= kit.table("calendar"));
  const capital = (name) => name[0].toUpperCase() + name.slice(1);

  // Objects of a schema have getters and setters, which neither JSON nor a loop over members sees. Most are never asked
  // for, so one is made when it is.
  const accessors = new Map();
  const accessor = (name, verb, field) => {
    if (!accessors.has(name)) {
      const get = function () {
        return this[field];
      };
      const set = function (value) {
        this[field] = value;
        return this;
      };
      accessors.set(name, verb === "get" ? get : set);
    }
    return accessors.get(name);
  };
  const found = (schema, key) => {
    const [name, verb, noun] = (typeof key === "string" && /^(get|set)([A-Z].*)/.exec(key)) || [];
    if (!name) return undefined;
    const field = noun[0].toLowerCase() + noun.slice(1);
    return ` ${table().schemas[schema]} `.includes(` ${field} `) ? accessor(name, verb, field) : undefined;
  };
  const prototypes = new Map();
  const prototype = (schema) => {
    if (!prototypes.has(schema)) {
      const made = new Proxy(
        {},
        {
          get: (plain, key) => (key in plain ? plain[key] : found(schema, key)),
          has: (plain, key) => key in plain || found(schema, key) !== undefined,
        },
      );
      prototypes.set(schema, made);
    }
    return prototypes.get(schema);
  };
  const dressed = (value, schema) => {
    if (Array.isArray(value)) for (const item of value) dressed(item, schema);
    else if (schema[0] === "*") for (const item of Object.values(value)) dressed(item, schema.slice(1));
    else if (typeof value === "object" && value !== null) {
      Object.setPrototypeOf(value, prototype(schema));
      const parts = table().parts[schema] ?? {};
      for (const field of Object.keys(parts)) if (value[field]) dressed(value[field], parts[field]);
    }
    return value;
  };

  const call = (service, described) => {
    const { method, body, path, answer } = described;
    const least = path.length + (body ? 1 : 0);
    return (...given) => {
      while (given.length && given[given.length - 1] === undefined) given.length--;
      if (given.length < least || given.length > least + 2) {
        throw kit.exception(`Invalid number of arguments provided. Expected ${least}-${least + 2} only`);
      }
      const named = {};
      if (body) named.resource = given[0];
      path.forEach((parameter, at) => {
        named[parameter] = given[at + (body ? 1 : 0)];
      });
      Object.assign(named, dropEmpty(given[least]));
      const headers = {};
      for (const header of HEADERS) {
        const value = given[least + 1]?.[header];
        if (value !== undefined && value !== null) headers[header] = String(value);
      }
      if (Object.keys(headers).length) named.headers = headers;
      const value = kit.ask(service, method, named) ?? undefined;
      return answer && value ? dressed(value, answer) : value;
    };
  };
  const dropEmpty = (options) => {
    const kept = {};
    for (const name of Object.keys(options ?? {})) {
      if (options[name] !== undefined && options[name] !== null) kept[name] = options[name];
    }
    return kept;
  };

  kit.opened.push(({ calendar }) => {
    if (!calendar) return;
    kit.global(calendar, () => {
      const members = {};
      const { resources, schemas } = table();
      for (const resource of Object.keys(resources)) {
        const owner = `Calendar.${capital(resource)}`;
        const methods = {};
        for (const name of Object.keys(resources[resource])) {
          methods[name] = call(`calendar.${resource}`, resources[resource][name]);
        }
        members[capital(resource)] = kit.object(owner, methods);
      }
      for (const schema of Object.keys(schemas)) members[`new${schema}`] = () => Object.create(prototype(schema));
      return kit.object("Calendar", members);
    });
  });
})
