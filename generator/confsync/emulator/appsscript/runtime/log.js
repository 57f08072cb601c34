// console and Logger: one-way lines of the execution's log.
(function (kit) {
  "use strict";
  const { stringify } = JSON;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const LONGEST = 1_000_000; // more than is kept of a whole log

  const shown = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return String(value.stack ?? value);
    try {
      return stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  // Logger prints objects as Java does: {key=value, other=[1, 2]}.
  const javaText = (value) => {
    if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
    if (value === null || typeof value !== "object" || value instanceof Error || value instanceof Date) {
      return String(value);
    }
    if (Object.prototype.hasOwnProperty.call(value, "toString")) return value.toString();
    return `{${Object.keys(value).map((key) => `${key}=${javaText(value[key])}`).join(", ")}}`;
  };
  const filled = (given, print) => {
    const [first, ...rest] = given;
    if (typeof first !== "string") return given.map(print).join(" ");
    const text = first.replace(/%(?:[sdifoj%])/g, (mark) => {
      if (mark === "%%") return "%";
      return rest.length ? print(rest.shift()) : mark;
    });
    return [text, ...rest.map(print)].join(" ");
  };
  const line = (severity, message) => {
    kit.tell(stringify({ __proto__: null, severity, message: apply(slice, `${message}`, [0, LONGEST]) }));
  };

  const timers = new Map();
  const level = (severity) =>
    function (...given) {
      line(severity, filled(given, shown));
    };
  globalThis.console = {
    log: level("DEBUG"),
    info: level("INFO"),
    warn: level("WARNING"),
    error: level("ERROR"),
    time(label = "default") {
      timers.set(label, kit.now);
    },
    timeEnd(label = "default") {
      line("DEBUG", `${label}: ${kit.now - (timers.get(label) ?? kit.now)}ms`);
      timers.delete(label);
    },
  };

  kit.global("Logger", () => {
    const { lines } = kit.shared;
    const logger = kit.object("Logger", {
      getLog: [[], () => lines.map((text) => `${text}\n`).join("")],
      clear: [
        [],
        () => {
          lines.length = 0;
        },
      ],
    });
    logger.log = (...given) => {
      const text = filled(given, javaText);
      lines.push(text);
      line("INFO", text);
      return logger;
    };
    return logger;
  });
})
