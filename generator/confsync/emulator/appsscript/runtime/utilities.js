// Utilities: waiting and identifiers are asked for, everything else is computed here.
(function (kit) {
  "use strict";

  // Bytes are numbers from -128 to 127 for scripts, latin1 text for the bridge.
  kit.latin1 = (bytes) => bytes.map((byte) => String.fromCharCode(byte & 255)).join("");
  kit.signed = (text) => Array.from(text, (letter) => (letter.charCodeAt(0) << 24) >> 24);
  const raw = (value) => (Array.isArray(value) ? kit.latin1(value) : kit.toUtf8(String(value)));

  kit.blobs = kit.known("blobs");
  kit.blob = (data, contentType, name) => {
    let [held, type, label] = [raw(data), contentType, name];
    const changed = (change) => (value) => {
      change(value);
      return object;
    };
    const object = kit.object("Utilities.Blob", {
      getBytes: [[], () => kit.signed(held)],
      getDataAsString: [[], ["string"], () => kit.fromUtf8(held)],
      getContentType: [[], () => type],
      getName: [[], () => label],
      copyBlob: [[], () => kit.blob(kit.signed(held), type, label)],
      setBytes: [["array"], changed((bytes) => (held = kit.latin1(bytes)))],
      setDataFromString: [["string"], ["string", "string"], changed((text) => (held = raw(text)))],
      setContentType: [["string"], changed((value) => (type = value))],
      setName: [["string"], changed((value) => (label = value))],
    });
    kit.blobs.set(object, true);
    return object;
  };

  const DIGESTS = { MD5: "md5", SHA_1: "sha1", SHA_256: "sha256", SHA_384: "sha384", SHA_512: "sha512" };
  const webSafe = (text) => text.replace(/\+/g, "-").replace(/\//g, "_");
  const encode = (value) => kit.toBase64(kit.blobs.has(value) ? kit.latin1(value.getBytes()) : raw(value));
  const decode = (text) => {
    const plain = String(text).replace(/-/g, "+").replace(/_/g, "/");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) throw kit.exception("Could not decode string.");
    return kit.signed(kit.fromBase64(plain));
  };

  const formatted = (template, given) => {
    const rest = [...given];
    const pattern = /%(?:(\d+)\$)?([-+ 0,#]*)(\d+)?(?:\.(\d+))?([sSdfxXocbeE%n])/g;
    return String(template).replace(pattern, (mark, position, flags, width, precision, kind) => {
      if (kind === "%" || kind === "n") return kind === "n" ? "\n" : "%";
      const value = position ? given[Number(position) - 1] : rest.shift();
      const text = conversion(kind, value, flags, precision);
      if (!width) return text;
      const size = Number(width);
      if (flags.includes("-")) return text.padEnd(size);
      if (!flags.includes("0")) return text.padStart(size);
      const sign = /^[-+]/.exec(text)?.[0] ?? "";
      return sign + text.slice(sign.length).padStart(size - sign.length, "0");
    });
  };
  const conversion = (kind, value, flags, precision) => {
    const number = Number(value);
    const sign = flags.includes("+") && number >= 0 ? "+" : "";
    const grouped = (text) => (flags.includes(",") ? text.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : text);
    switch (kind) {
      case "d":
        return sign + grouped(String(Math.trunc(number)));
      case "f": {
        const [whole, part] = number.toFixed(Number(precision ?? 6)).split(".");
        return sign + grouped(whole) + (part ? `.${part}` : "");
      }
      case "e":
      case "E": {
        const text = number.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, "e$10$2");
        return kind === "E" ? text.toUpperCase() : text;
      }
      case "x":
        return Math.trunc(number).toString(16);
      case "X":
        return Math.trunc(number).toString(16).toUpperCase();
      case "o":
        return Math.trunc(number).toString(8);
      case "c":
        return typeof value === "number" ? String.fromCharCode(value) : String(value);
      case "b":
        return String(value !== null && value !== undefined && value !== false);
      default: {
        const text = precision === undefined ? String(value) : String(value).slice(0, Number(precision));
        return kind === "S" ? text.toUpperCase() : text;
      }
    }
  };

  kit.global("Utilities", () => {
    const DigestAlgorithm = kit.enumeration(["MD2", ...Object.keys(DIGESTS)]);
    const MacAlgorithm = kit.enumeration(Object.keys(DIGESTS).map((name) => `HMAC_${name}`));
    const Charset = kit.enumeration(["US_ASCII", "UTF_8"]);
    const algorithm = (given, prefix) => {
      const name = DIGESTS[String(given).slice(prefix.length)];
      if (!name) throw new Error(`Utilities.${prefix ? "MacAlgorithm" : "DigestAlgorithm"}.${given} is not emulated`);
      return name;
    };
    const hmac = (name, value, key) => kit.signed(kit.hmac(name, raw(value), raw(key)));
    return kit.object("Utilities", {
      ...kit.utilities(),
      Charset,
      DigestAlgorithm,
      MacAlgorithm,
      sleep: [
        ["number"],
        (milliseconds) => {
          if (milliseconds > 300000) throw kit.exception("Sleep time cannot exceed 300000 milliseconds.");
          kit.ask("Utilities", "sleep", { milliseconds: Number(milliseconds) });
        },
      ],
      getUuid: [[], () => kit.ask("Utilities", "getUuid")],
      base64Encode: [["any"], ["any", "any"], encode],
      base64EncodeWebSafe: [["any"], ["any", "any"], (value) => webSafe(encode(value))],
      base64Decode: [["string"], ["string", "any"], decode],
      base64DecodeWebSafe: [["string"], ["string", "any"], decode],
      computeDigest: [
        ["any", "any"],
        ["any", "any", "any"],
        (given, value) => kit.signed(kit.digest(algorithm(given, ""), raw(value))),
      ],
      computeHmacSignature: [
        ["any", "any", "any"],
        ["any", "any", "any", "any"],
        (given, value, key) => hmac(algorithm(given, "HMAC_"), value, key),
      ],
      computeHmacSha256Signature: [
        ["any", "any"],
        ["any", "any", "any"],
        (value, key) => hmac("sha256", value, key),
      ],
      formatDate: [["any", "string", "string"], (date, zone, pattern) => kit.formatDate(date, zone, pattern)],
      formatString: (template, ...given) => formatted(template, given),
      jsonParse: [["string"], (text) => JSON.parse(text)],
      jsonStringify: [["any"], (value) => JSON.stringify(value)],
      newBlob: [
        ["any"],
        ["any", "string"],
        ["any", "string", "string"],
        (data, type = null, name = null) => kit.blob(data, type, name),
      ],
    });
  });
})
