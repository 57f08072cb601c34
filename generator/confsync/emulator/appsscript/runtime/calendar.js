// The advanced Calendar service, made from Calendar's discovery document.
//
// Arguments go: body (if any), path parameters in their order, query parameters as an object, headers.
(function (kit) {
  "use strict";
  const HEADERS = ["If-Match", "If-None-Match"];
  const capital = (name) => name[0].toUpperCase() + name.slice(1);

  const accessors = (object, fields) => {
    for (const field of fields) {
      const hidden = (name, value) => Object.defineProperty(object, name, { value, configurable: true });
      hidden(`get${capital(field)}`, () => object[field]);
      hidden(`set${capital(field)}`, (value) => {
        object[field] = value;
        return object;
      });
    }
    return object;
  };

  const call = (service, described) => {
    const { method, body, path } = described;
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
      return kit.ask(service, method, named) ?? undefined;
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
      const { resources, schemas } = kit.tables.calendar;
      for (const resource of Object.keys(resources)) {
        const owner = `Calendar.${capital(resource)}`;
        const methods = {};
        for (const name of Object.keys(resources[resource])) {
          methods[name] = call(`calendar.${resource}`, resources[resource][name]);
        }
        members[capital(resource)] = kit.object(owner, methods);
      }
      for (const schema of Object.keys(schemas)) members[`new${schema}`] = () => accessors({}, schemas[schema]);
      return kit.object("Calendar", members);
    });
  });
})
