// Bytes and texts: scripts hold bytes as numbers from -128 to 127, the bridge takes them as latin1 text.
(function (kit) {
  "use strict";
  const { fromCharCode } = String;

  kit.latin1 = (bytes) => {
    const parts = [];
    for (let at = 0; at < bytes.length; at += 8192) {
      parts.push(fromCharCode(...bytes.slice(at, at + 8192).map((byte) => byte & 255)));
    }
    return parts.join("");
  };
  kit.signed = (text) => {
    const bytes = [];
    for (let at = 0; at < text.length; at++) bytes.push((text.charCodeAt(at) << 24) >> 24);
    return bytes;
  };
  kit.isBytes = (value) => Array.isArray(value) && value.every((item) => typeof item === "number");

  // Charsets by the names that Java knows them by. What has no sign in one becomes a question mark.
  const ALIASES = { UTF8: "UTF-8", ASCII: "US-ASCII", LATIN1: "ISO-8859-1", "ISO8859-1": "ISO-8859-1" };
  const named = (charset) => {
    const name = String(charset).toUpperCase().replaceAll("_", "-");
    return ALIASES[name] ?? name;
  };
  const without = (outside) => (text) => text.replace(outside, "?");
  const wide = (order) => (text) =>
    Array.from({ length: text.length }, (_, at) => order(text.charCodeAt(at) >> 8, text.charCodeAt(at) & 255)).join("");
  const big = wide((high, low) => fromCharCode(high, low));
  const ENCODERS = {
    "UTF-8": (text) => kit.toUtf8(text),
    "US-ASCII": without(/[^\0-\x7f]/gu),
    "ISO-8859-1": without(/[^\0-\xff]/gu),
    "UTF-16": (text) => `\xfe\xff${big(text)}`,
    "UTF-16BE": big,
    "UTF-16LE": wide((high, low) => fromCharCode(low, high)),
  };
  const DECODERS = {
    "UTF-8": (data) => kit.fromUtf8(data),
    "US-ASCII": (data) => data.replace(/[^\0-\x7f]/g, "\ufffd"),
    "ISO-8859-1": (data) => data,
    "UTF-16": (data) => outside(data, data.startsWith("\xff\xfe") ? "UTF-16LE" : "UTF-16BE"),
  };
  const outside = (data, name) => {
    const decoded = kit.decode(data, name);
    if (!decoded) throw kit.exception("Invalid argument: charset");
    return decoded.slice(1);
  };
  kit.decoded = (data, charset) => {
    const name = named(charset ?? "UTF-8");
    return DECODERS[name] ? DECODERS[name](data) : outside(data, name);
  };
  // The other charsets of one byte a letter are their decoders turned round.
  const turned = (name) => {
    const letters = outside(Array.from({ length: 256 }, (_, code) => fromCharCode(code)).join(""), name);
    if (letters.length !== 256) throw kit.error("Error", `Encoding texts as ${name} is not emulated`);
    const codes = new Map(Array.from(letters, (letter, code) => [letter, fromCharCode(code)]));
    return (text) => Array.from(text, (letter) => codes.get(letter) ?? "?").join("");
  };
  kit.encoded = (text, charset) => {
    const name = named(charset ?? "UTF-8");
    return (ENCODERS[name] ??= turned(name))(text);
  };
  kit.raw = (value, charset) => (Array.isArray(value) ? kit.latin1(value) : kit.encoded(String(value), charset));
})
