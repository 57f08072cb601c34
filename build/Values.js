/**
 * @file From a node of CONFIG.provider and a context to a value: the whole
 * template language at run time. A missing value is null throughout.
 * Mirrors providers/values.py of confsync, function by function.
 */

/**
 * A constant, {path, formatters, optional}, {text}, {list} or {object}.
 * @typedef {*} Node
 */

/**
 * The error for a description that does not fit these values; repeating will
 * not help.
 * @param {string} message What is wrong; never a value.
 * @return {Error}
 */
function unrenderable_(message) {
  const error = new Error(message);
  error.name = "Unrenderable";
  return error;
}

/**
 * The value of a node; members and items without one are left out.
 * @param {Node} node
 * @param {Object} context
 * @return {*}
 */
function renderNode_(node, context) {
  if (!isObject_(node)) return node;
  if (node.path !== undefined) return placeholderValue_(node, context);
  if (node.text !== undefined) return joinedText_(node.text, context);
  if (node.list !== undefined) {
    const items = node.list.map((item) => renderNode_(item, context));
    return items.filter((item) => item !== null);
  }
  const members = Object.keys(node.object)
    .map((key) => [key, renderNode_(node.object[key], context)]);
  return Object.fromEntries(members.filter((member) => member[1] !== null));
}

/**
 * The parts as one text; null as soon as one of them is missing.
 * @param {Node[]} parts
 * @param {Object} context
 * @return {?string}
 */
function joinedText_(parts, context) {
  let text = "";
  for (const part of parts) {
    const value = isObject_(part) ? placeholderValue_(part, context) : part;
    if (value === null) return null;
    text += textOf_(value);
  }
  return text;
}

/**
 * The value of a node as a text.
 * @param {Node=} node
 * @param {Object} context
 * @return {?string}
 */
function optionalText_(node, context) {
  const value = node === undefined ? null : renderNode_(node, context);
  return value === null ? null : textOf_(value);
}

/**
 * The value at a path after its formatters; a required one must be there.
 * @param {Node} node
 * @param {Object} context
 * @return {*}
 */
function placeholderValue_(node, context) {
  let value = lookUp_(context, node.path);
  for (const formatter of node.formatters || []) {
    value = formatted_(value, formatter[0], formatter.slice(1));
  }
  if (value === null && !node.optional) {
    throw unrenderable_(`${node.path.join(".")} has no value`);
  }
  return plainValue_(value);
}

/**
 * What stands at a path of member names and list positions.
 * @param {*} context
 * @param {Array<string|number>} path
 * @return {*}
 */
function lookUp_(context, path) {
  let value = context;
  for (const step of path) {
    const holder = typeof step === "number" ? Array.isArray(value)
      : isObject_(value);
    // Own members only: a path may be called "constructor".
    value = holder && Object.prototype.hasOwnProperty.call(value, step)
      ? value[step] : null;
  }
  return value === undefined ? null : value;
}

/**
 * The value after one formatter; an empty text counts as missing.
 * @param {*} value
 * @param {string} name
 * @param {Array} args
 * @return {*}
 */
function formatted_(value, name, args) {
  if (name === "default") {
    return value === null || value === "" ? args[0] : value;
  }
  if (value === null) return null;
  if (name === "utc" || name === "date" || name === "epoch") {
    return formattedInstant_(value, name);
  }
  let text = textOf_(plainValue_(value));
  if (name === "trunc") {
    text = Array.from(text).slice(0, args[0]).join("");
  } else if (name === "lower") {
    text = text.toLowerCase();
  } else if (name === "map") {
    text = lookUp_(args[0], [text]) || "";
  }
  return text || null;
}

/**
 * An instant as UTC timestamp, calendar date or seconds since 1970.
 * @param {{ms: number, tz: string, date: ?string}} value
 * @param {string} name
 * @return {string|number}
 */
function formattedInstant_(value, name) {
  const ms = lookUp_(value, ["ms"]);
  if (!Number.isSafeInteger(ms) || ms < -62135596800000
    || ms > 253402300799999) {
    throw unrenderable_(`${name} needs an instant of the years 1 to 9999`);
  }
  const seconds = Math.floor(ms / 1000);
  if (name === "epoch") return seconds;
  const day = lookUp_(value, ["date"]);
  if (day !== null) return String(day);
  if (name === "utc") {
    return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  }
  return localDate_(seconds, lookUp_(value, ["tz"]));
}

/**
 * The calendar date of a moment in a time zone, such as "2026-03-02".
 * @param {number} seconds
 * @param {?string} timeZone null is an error; undefined would be the script's.
 * @return {string}
 */
function localDate_(seconds, timeZone) {
  const found = {};
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: timeZone, year: "numeric", month: "2-digit", day: "2-digit",
    });
    for (const part of format.formatToParts(new Date(seconds * 1000))) {
      found[part.type] = part.value;
    }
  } catch (error) {
    throw unrenderable_("date needs a known time zone");
  }
  return `${found.year.padStart(4, "0")}-${found.month}-${found.day}`;
}

/** A scalar as a text. */
function textOf_(value) {
  if (typeof value === "object") {
    throw unrenderable_("a list or an object cannot stand in a text");
  }
  return String(value);
}

/**
 * A copy that both languages write alike: whole numbers, well-formed text.
 * @param {*} value
 * @return {*}
 */
function plainValue_(value) {
  if (typeof value === "string") {
    return value.replace(
      /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g,
      (unit) => unit.length === 2 ? unit : "\ufffd");
  }
  if (Array.isArray(value)) return value.map(plainValue_);
  if (isObject_(value)) {
    return Object.fromEntries(Object.keys(value)
      .map((key) => [plainValue_(key), plainValue_(value[key])]));
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw unrenderable_("a number is not a whole one up to 2^53 - 1");
  }
  return value === undefined ? null : value;
}

/** Everything but RFC 3986's unreserved characters, as UTF-8. */
function percentEncode_(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The JSON value of a text; null when it is not JSON. */
function parseJson_(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

/**
 * Compact JSON with keys sorted by UTF-16 units: equal values, equal text.
 * @param {*} value
 * @return {string}
 */
function canonicalJson_(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson_).join(",")}]`;
  if (!isObject_(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson_(value[key])}`);
  return `{${members.join(",")}}`;
}

/** Whether a value is an object with members, and not a list. */
function isObject_(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
