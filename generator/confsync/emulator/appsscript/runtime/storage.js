// PropertiesService, CacheService and LockService.
(function (kit) {
  "use strict";
  const owner = "PropertiesService.Properties";

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
          const strings = {};
          for (const key of Object.keys(values)) strings[key] = String(values[key]);
          ask("setProperties", { properties: strings, deleteAllOthers });
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
