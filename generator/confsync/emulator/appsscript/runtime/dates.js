// Utilities.formatDate: the patterns of Java's SimpleDateFormat, in English, in any time zone.
(function (kit) {
  "use strict";
  const DateTimeFormat = Intl.DateTimeFormat;
  const DAY_MS = 86400000;
  // The engine names a zone's short name in the English of where it is.
  const ENGLISH = ["en-US", "en-GB", "en-AU", "en-IN", "en-ZA", "ja"];
  const NUMBERS = {
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  };
  const formatters = new Map();
  const formatter = (timeZone, options, language = "en-US") => {
    const key = `${timeZone} ${language} ${Object.entries(options)}`;
    if (!formatters.has(key)) formatters.set(key, new DateTimeFormat(language, { timeZone, ...options }));
    return formatters.get(key);
  };

  kit.isDate = (value) => typeof value?.getTime === "function";
  // A zone that Java does not know is GMT there.
  const zones = new Map();
  kit.zone = (given) => {
    const name = String(given).replace(/^GMT([+-])(\d{1,2}):?(\d{2})?$/, (_, sign, hours, minutes = "00") => {
      return `${sign}${hours.padStart(2, "0")}:${minutes}`;
    });
    if (!zones.has(name)) {
      try {
        new DateTimeFormat("en-US", { timeZone: name });
        zones.set(name, name);
      } catch {
        zones.set(name, "GMT");
      }
    }
    return zones.get(name);
  };
  const partsOf = (date, timeZone) => {
    const parts = {};
    for (const { type, value } of formatter(timeZone, NUMBERS).formatToParts(date)) parts[type] = Number(value);
    return parts;
  };
  // How far a zone is ahead of UTC, in milliseconds.
  kit.offsetMs = (milliseconds, timeZone) => {
    const { year, month, day, hour, minute, second } = partsOf(new Date(milliseconds), timeZone);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(milliseconds / 1000) * 1000;
  };

  const named = (date, timeZone, options) => formatter(timeZone, options).format(date);
  const zoneName = (date, timeZone, timeZoneName) => {
    if (timeZone === "GMT" && timeZoneName === "short") return "GMT";
    const names = ENGLISH.map((language) => {
      const parts = formatter(timeZone, { timeZoneName }, language).formatToParts(date);
      return parts.find(({ type }) => type === "timeZoneName").value;
    });
    return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? `GMT${offset(date, timeZone, ":")}`;
  };
  const offset = (date, timeZone, colon) => {
    const minutes = Math.round(kit.offsetMs(date.getTime(), timeZone) / 60000);
    const digits = (value) => String(value).padStart(2, "0");
    const hours = digits(Math.trunc(Math.abs(minutes) / 60));
    return `${minutes < 0 ? "-" : "+"}${hours}${colon}${digits(Math.abs(minutes) % 60)}`;
  };
  const isoOffset = (date, timeZone, size) => {
    const text = offset(date, timeZone, size === 3 ? ":" : "");
    if (/^[+-]0+:?0+$/.test(text)) return "Z";
    return size === 1 ? text.slice(0, 3) : text;
  };

  // Weeks begin on Sunday, and the first one holds the first of January (in the United States).
  const midnight = ({ year, month, day }) => Date.UTC(year, month - 1, day);
  const weekday = (parts) => new Date(midnight(parts)).getUTCDay();
  const weekOf = (first, parts) => {
    const before = new Date(first).getUTCDay();
    return Math.floor(((midnight(parts) - first) / DAY_MS + before) / 7) + 1;
  };
  const weekYear = (parts) => {
    const saturday = new Date(midnight(parts) + (6 - weekday(parts)) * DAY_MS);
    return saturday.getUTCFullYear();
  };
  const weekOfYear = (parts) =>
    weekYear(parts) > parts.year ? 1 : weekOf(Date.UTC(parts.year, 0, 1), parts);

  const year = (value, size) => (size === 2 ? String(value % 100).padStart(2, "0") : value);
  const FIELDS = {
    G: (size, date) => (date.getUTCFullYear() > 0 ? "AD" : "BC"),
    y: (size, date, zone, parts) => year(parts.year, size),
    Y: (size, date, zone, parts) => year(weekYear(parts), size),
    M: (size, date, zone, parts) =>
      size < 3 ? parts.month : named(date, zone, { month: size === 3 ? "short" : "long" }),
    d: (size, date, zone, parts) => parts.day,
    D: (size, date, zone, parts) => (midnight(parts) - Date.UTC(parts.year, 0, 0)) / DAY_MS,
    E: (size, date, zone) => named(date, zone, { weekday: size < 4 ? "short" : "long" }),
    u: (size, date, zone, parts) => weekday(parts) || 7,
    w: (size, date, zone, parts) => weekOfYear(parts),
    W: (size, date, zone, parts) => weekOf(Date.UTC(parts.year, parts.month - 1, 1), parts),
    F: (size, date, zone, parts) => Math.ceil(parts.day / 7),
    a: (size, date, zone, parts) => (parts.hour < 12 ? "AM" : "PM"),
    H: (size, date, zone, parts) => parts.hour,
    k: (size, date, zone, parts) => parts.hour || 24,
    h: (size, date, zone, parts) => parts.hour % 12 || 12,
    K: (size, date, zone, parts) => parts.hour % 12,
    m: (size, date, zone, parts) => parts.minute,
    s: (size, date, zone, parts) => parts.second,
    S: (size, date) => ((date.getTime() % 1000) + 1000) % 1000,
    z: (size, date, zone) => zoneName(date, zone, size < 4 ? "short" : "long"),
    Z: (size, date, zone) => offset(date, zone, ""),
    X: (size, date, zone) => isoOffset(date, zone, size),
  };
  FIELDS.L = FIELDS.M;

  // A pattern's pieces: { letter, size } of a field, or { text } that stands for itself.
  kit.datePattern = (pattern) => {
    const pieces = /''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;
    return Array.from(String(pattern).matchAll(pieces), ([piece, quoted, letter]) => {
      if (piece === "''") return { text: "'" };
      if (quoted !== undefined) return { text: quoted.replace(/''/g, "'") };
      if (!letter) return { text: piece };
      if (!FIELDS[letter]) throw kit.exception(`Illegal pattern character '${letter}'`);
      return { letter, size: piece.length };
    });
  };
  kit.formatDate = (date, timeZone, pattern) => {
    const zone = kit.zone(timeZone);
    const parts = partsOf(date, zone);
    const shown = ({ text, letter, size }) => {
      if (text !== undefined) return text;
      const value = FIELDS[letter](size, date, zone, parts);
      return typeof value === "number" ? String(value).padStart(size, "0") : value;
    };
    return kit.datePattern(pattern).map(shown).join("");
  };
})
