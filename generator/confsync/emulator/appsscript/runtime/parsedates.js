// Utilities.parseDate: reads what a pattern of Java's SimpleDateFormat describes, as leniently as Java does.
(function (kit) {
  "use strict";
  const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
  const HOUR_MS = 3600000;
  const DAY_MS = 24 * HOUR_MS;
  // Names of summer times, which are no names of zones for the engine, in hours ahead of UTC.
  const SUMMER = { ADT: -3, AEDT: 11, AKDT: -8, BST: 1, CDT: -5, CEST: 2, EDT: -4, EEST: 3, MDT: -6, NZDT: 13, PDT: -7 };
  const NUMERIC = "yMLdDHkhKmsSu";
  const SKIPPED = "EG"; // what else is said decides

  // A two-digit year lies within the 80 years before now and the 20 years after.
  const wholeYear = (digits, size) => {
    if (size > 2 || digits.length !== 2) return Number(digits);
    const now = new Date(kit.now).getFullYear();
    const year = now - (now % 100) + Number(digits);
    return year > now + 20 ? year - 100 : year <= now - 80 ? year + 100 : year;
  };
  const NUMBERS = {
    y: (read, digits, size) => (read.year = wholeYear(digits, size)),
    M: (read, digits) => (read.month = Number(digits)),
    d: (read, digits) => (read.day = Number(digits)),
    D: (read, digits) => Object.assign(read, { month: 1, day: Number(digits) }),
    H: (read, digits) => (read.hour = Number(digits)),
    k: (read, digits) => (read.hour = Number(digits) % 24),
    h: (read, digits) => (read.half = Number(digits) % 12),
    K: (read, digits) => (read.half = Number(digits)),
    m: (read, digits) => (read.minute = Number(digits)),
    s: (read, digits) => (read.second = Number(digits)),
    S: (read, digits) => (read.millisecond = Number(digits)),
    u: () => undefined,
  };
  NUMBERS.L = NUMBERS.M;

  const offsetOf = (sign, hours, minutes = "0") => (Number(hours) + Number(minutes) / 60) * HOUR_MS * (sign === "-" ? -1 : 1);
  const zone = (read, text) => {
    const found = /^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?/.exec(text);
    if (found) {
      read.offset = offsetOf(...found.slice(1));
      return found[0].length;
    }
    const name = /^[A-Za-z]+(?:\/[A-Za-z_]+)*/.exec(text)?.[0];
    if (!name) return 0;
    if (SUMMER[name] !== undefined) read.offset = SUMMER[name] * HOUR_MS;
    else if (/^(Z|GMT|UTC)$/.test(name)) read.offset = 0;
    else if (kit.zone(name) === "GMT") return 0;
    else read.zone = name;
    return name.length;
  };
  const words = (read, letter, text) => {
    const word = /^\p{L}+/u.exec(text)?.[0] ?? "";
    const month = MONTHS.indexOf(word.slice(0, 3).toLowerCase());
    if (letter === "a" && /^[AP]M$/i.test(word)) read.afternoon = /^P/i.test(word);
    else if ("ML".includes(letter) && month >= 0) read.month = month + 1;
    else if (!SKIPPED.includes(letter)) return 0;
    return word.length;
  };

  // How many letters a piece of the pattern takes from the text, none when it does not fit.
  const taken = (read, piece, text, bounded) => {
    const { letter, size } = piece;
    if ("zZX".includes(letter)) return zone(read, text);
    if (!NUMERIC.includes(letter) || ("ML".includes(letter) && size > 2)) return words(read, letter, text);
    const digits = (bounded ? new RegExp(`^\\d{1,${size}}`) : /^\d+/).exec(text)?.[0] ?? "";
    if (digits) NUMBERS[letter](read, digits, size);
    return digits.length;
  };
  const isNumber = (piece) => piece?.letter && NUMERIC.includes(piece.letter) && (piece.size < 3 || !"ML".includes(piece.letter));

  // The moment of a time on a wall: of two the one of winter, and what a clock put forward skips is later.
  const moment = (local, timeZone) => {
    const [before, after] = [local - DAY_MS, local + DAY_MS].map((near) => kit.offsetMs(near, timeZone));
    const fits = (offset) => kit.offsetMs(local - offset, timeZone) === offset;
    return local - (fits(after) ? after : before);
  };
  kit.parseDate = (date, timeZone, pattern) => {
    const [text, pieces] = [String(date), kit.datePattern(pattern)];
    const read = { year: 1970, month: 1, day: 1, minute: 0, second: 0, millisecond: 0 };
    let at = 0;
    pieces.forEach((piece, number) => {
      if (/[YwWF]/.test(piece.letter)) throw new Error(`Utilities.parseDate with ${piece.letter} is not emulated`);
      if (piece.letter) at += /^[ \t]*/.exec(text.slice(at))[0].length;
      const rest = text.slice(at);
      const length = piece.letter ? taken(read, piece, rest, isNumber(pieces[number + 1])) : piece.text.length;
      if (piece.letter ? !length : !rest.startsWith(piece.text)) throw kit.exception(`Unparseable date: "${text}"`);
      at += length;
    });
    const hour = read.hour ?? (read.half ?? 0) + (read.afternoon ? 12 : 0);
    const local = new Date(0);
    local.setUTCFullYear(read.year, read.month - 1, read.day);
    local.setUTCHours(hour, read.minute, read.second, read.millisecond);
    return new Date(read.offset === undefined ? moment(local.getTime(), kit.zone(read.zone ?? timeZone)) : local - read.offset);
  };
})
