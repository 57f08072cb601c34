// Utilities.formatDate: the patterns of Java's SimpleDateFormat that scripts use, in any time zone.
(function (kit) {
  "use strict";
  const formatters = new Map();
  const DateTimeFormat = Intl.DateTimeFormat;

  const partsOf = (date, timeZone) => {
    const options = {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    };
    if (!formatters.has(timeZone)) formatters.set(timeZone, new DateTimeFormat("en-US", options));
    const parts = {};
    for (const { type, value } of formatters.get(timeZone).formatToParts(date)) parts[type] = Number(value);
    return parts;
  };
  const named = (date, timeZone, options) => new DateTimeFormat("en-US", { timeZone, ...options }).format(date);
  const zoneName = (date, timeZone, timeZoneName) =>
    new DateTimeFormat("en-US", { timeZone, timeZoneName })
      .formatToParts(date)
      .find(({ type }) => type === "timeZoneName").value;

  const offset = (date, parts, colon) => {
    const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
    const minutes = Math.round((local - Math.floor(date.getTime() / 1000) * 1000) / 60000);
    const digits = (value) => String(value).padStart(2, "0");
    const hours = digits(Math.trunc(Math.abs(minutes) / 60));
    return `${minutes < 0 ? "-" : "+"}${hours}${colon}${digits(Math.abs(minutes) % 60)}`;
  };

  const field = (letter, size, date, timeZone, parts) => {
    const digits = (value) => String(value).padStart(size, "0");
    const weekday = () => new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay();
    switch (letter) {
      case "y":
      case "Y":
        return size === 2 ? String(parts.year % 100).padStart(2, "0") : digits(parts.year);
      case "M":
      case "L":
        return size < 3 ? digits(parts.month) : named(date, timeZone, { month: size === 3 ? "short" : "long" });
      case "d":
        return digits(parts.day);
      case "D":
        return digits((Date.UTC(parts.year, parts.month - 1, parts.day) - Date.UTC(parts.year, 0, 0)) / 86400000);
      case "E":
        return named(date, timeZone, { weekday: size < 4 ? "short" : "long" });
      case "u":
        return digits(weekday() || 7);
      case "a":
        return parts.hour < 12 ? "AM" : "PM";
      case "H":
        return digits(parts.hour);
      case "k":
        return digits(parts.hour || 24);
      case "h":
        return digits(parts.hour % 12 || 12);
      case "K":
        return digits(parts.hour % 12);
      case "m":
        return digits(parts.minute);
      case "s":
        return digits(parts.second);
      case "S":
        return digits(((date.getTime() % 1000) + 1000) % 1000);
      case "z":
        return zoneName(date, timeZone, size < 4 ? "short" : "long");
      case "Z":
        return offset(date, parts, "");
      case "X": {
        const text = offset(date, parts, size === 3 ? ":" : "");
        if (/^[+-]0+:?0+$/.test(text)) return "Z";
        return size === 1 ? text.slice(0, 3) : text;
      }
      default:
        throw kit.exception(`Illegal pattern character '${letter}'`);
    }
  };

  kit.formatDate = (date, timeZone, pattern) => {
    const zone = /^GMT[+-]/.test(timeZone) ? timeZone.replace(/^GMT([+-])(\d{1,2}):?(\d{2})?$/, gmtOffset) : timeZone;
    const parts = partsOf(date, zone);
    const pieces = /''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;
    return String(pattern).replace(pieces, (piece, quoted, letter) => {
      if (piece === "''") return "'";
      if (quoted !== undefined) return quoted.replace(/''/g, "'");
      return letter ? field(letter, piece.length, date, zone, parts) : piece;
    });
  };
  const gmtOffset = (_, sign, hours, minutes = "00") => `${sign}${hours.padStart(2, "0")}:${minutes}`;
})
