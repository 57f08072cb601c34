// Utilities: waiting and identifiers are asked for, everything else is computed here.
(function (kit) {
  "use strict";
  const LONGEST_SLEEP_MS = 300000;
  const webSafe = (text) => text.replace(/\+/g, "-").replace(/\//g, "_");
  const encode = (value, charset) => kit.toBase64(kit.raw(value, charset));
  const decode = (text) => {
    const letters = String(text).replace(/=+$/, "");
    if (!/^[A-Za-z0-9+/]*$/.test(letters) || letters.length % 4 === 1) throw kit.exception("Could not decode string.");
    return kit.signed(kit.fromBase64(letters));
  };
  const decodeWebSafe = (text) => decode(String(text).replace(/-/g, "+").replace(/_/g, "/"));
  const sleep = (milliseconds) => {
    if (milliseconds > LONGEST_SLEEP_MS) {
      throw kit.exception(`Sleep time cannot exceed ${LONGEST_SLEEP_MS} milliseconds.`);
    }
    kit.ask("Utilities", "sleep", { milliseconds: Number(milliseconds) });
  };

  kit.global("Utilities", () => {
    const Charset = kit.enumeration(["US_ASCII", "UTF_8"]);
    kit.isCharset = (value) => Object.values(Charset).includes(value);
    const encoding = (run) => [[kit.isBytes], ["string"], ["string", kit.isCharset], run];
    const decoding = (run) => [["string"], ["string", kit.isCharset], run];
    const blob = (...more) => [[kit.isBytes, ...more], ["string", ...more]];
    return kit.object("Utilities", {
      Charset,
      ...kit.digests(),
      ...kit.signatures(),
      ...kit.archives(),
      sleep: [["number"], sleep],
      getUuid: [[], () => kit.ask("Utilities", "getUuid")],
      base64Encode: encoding(encode),
      base64EncodeWebSafe: encoding((...given) => webSafe(encode(...given))),
      base64Decode: decoding(decode),
      base64DecodeWebSafe: decoding(decodeWebSafe),
      formatDate: [[kit.isDate, "string", "string"], kit.formatDate],
      parseDate: [["string", "string", "string"], kit.parseDate],
      formatString: kit.formatString,
      parseCsv: [["string"], ["string", "string"], kit.parseCsv],
      jsonParse: [["string"], (text) => JSON.parse(text)],
      jsonStringify: [["any"], (value) => JSON.stringify(value)],
      newBlob: [...blob(), ...blob("string"), ...blob("string", "string"), kit.blob],
    });
  });
})
