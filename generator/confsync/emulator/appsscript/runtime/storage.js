// PropertiesService, CacheService and LockService.
(function (kit) {
  "use strict";
  const owner = "PropertiesService.Properties";

  const strings = (values) => {
    const texts = {};
    for (const key of Object.keys(values)) texts[key] = String(values[key]);
    return texts;
  };

  const properties = (store) => {
    const ask = (method, given) => kit.ask("Properties", method, { store, ...given });
    const object = kit.object(owner, {
      getProperty: [["string"], (key) => ask("getProperty", { key: String(key) }) ?? null],
      getProperties: [[], () => ask("getProperties")],
      getKeys: [[], () => ask("getKeys")],
      setProperty: [
        ["string", "any"],
        (key, value) => {
          ask("setProperty", { key: String(key), value: String(value) });
          return object;
        },
      ],
      setProperties: [
        ["object"],
        ["object", "boolean"],
        (values, deleteAllOthers = false) => {
          ask("setProperties", { properties: strings(values), deleteAllOthers });
          return object;
        },
      ],
      deleteProperty: [
        ["string"],
        (key) => {
          ask("deleteProperty", { key: String(key) });
          return object;
        },
      ],
      deleteAllProperties: [
        [],
        () => {
          ask("deleteAllProperties");
          return object;
        },
      ],
    });
    return object;
  };
  kit.global("PropertiesService", () =>
    kit.object("PropertiesService", {
      getScriptProperties: [[], () => properties("script")],
      getUserProperties: [[], () => properties("user")],
      getDocumentProperties: [[], () => null],
    }),
  );

  const cache = (store) => {
    const ask = (method, given) => kit.ask("Cache", method, { store, ...given });
    const quietly = (method, given) => {
      ask(method, given);
    };
    return kit.object("CacheService.Cache", {
      get: [["string"], (key) => ask("get", { key: String(key) }) ?? null],
      getAll: [["array"], (keys) => ask("getAll", { keys: keys.map(String) })],
      put: [
        ["string", "string"],
        ["string", "string", "number"],
        (key, value, seconds) => quietly("put", { key: String(key), value: String(value), seconds }),
      ],
      putAll: [
        ["object"],
        ["object", "number"],
        (values, seconds) => quietly("putAll", { values: strings(values), seconds }),
      ],
      remove: [["string"], (key) => quietly("remove", { key: String(key) })],
      removeAll: [["array"], (keys) => quietly("removeAll", { keys: keys.map(String) })],
    });
  };
  kit.global("CacheService", () =>
    kit.object("CacheService", {
      getScriptCache: [[], () => cache("script")],
      getUserCache: [[], () => cache("user")],
      getDocumentCache: [[], () => null],
    }),
  );

  const lock = (kind) => {
    const tryLock = (milliseconds) => kit.ask("LockService", "tryLock", { lock: kind, milliseconds: Number(milliseconds) });
    return kit.object("LockService.Lock", {
      tryLock: [["number"], tryLock],
      waitLock: [
        ["number"],
        (milliseconds) => {
          if (!tryLock(milliseconds)) {
            throw kit.exception("Lock timeout: another process was holding the lock for too long.");
          }
        },
      ],
      hasLock: [[], () => kit.ask("LockService", "hasLock", { lock: kind })],
      releaseLock: [
        [],
        () => {
          kit.ask("LockService", "releaseLock", { lock: kind });
        },
      ],
    });
  };
  kit.global("LockService", () =>
    kit.object("LockService", {
      getScriptLock: [[], () => lock("script")],
      getUserLock: [[], () => lock("user")],
      getDocumentLock: [[], () => null],
    }),
  );
})
