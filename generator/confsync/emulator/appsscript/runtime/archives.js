// The rest of Utilities: RSA signatures, archives and tables of values.
(function (kit) {
  "use strict";
  const RSA = { RSA_SHA_1: "RSA-SHA1", RSA_SHA_256: "RSA-SHA256" };
  const result = (attempted, complaint) => {
    if (!attempted) throw kit.exception(complaint);
    return kit.signed(attempted.slice(1));
  };
  const sign = (algorithm, value, key) =>
    result(kit.rsa(RSA[algorithm], kit.toUtf8(String(value)), key), "Invalid argument: key");
  const data = (source) => kit.latin1((kit.blobs.has(source) ? source : source.getBlob()).getBytes());

  // Fields between delimiters; quotes around a field, doubled inside one.
  const parseCsv = (text, delimiter = ",") => {
    const rows = [[""]];
    let quoted = false;
    const letters = String(text).replace(/\r\n?/g, "\n");
    for (let at = 0; at < letters.length; at++) {
      const letter = letters[at];
      const row = rows.at(-1);
      if (letter === '"' && quoted && letters[at + 1] === '"') row[row.length - 1] += letters[at++];
      else if (letter === '"') quoted = !quoted;
      else if (letter === delimiter && !quoted) row.push("");
      else if (letter === "\n" && !quoted) rows.push([""]);
      else row[row.length - 1] += letter;
    }
    if (rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
    return rows;
  };

  kit.utilities = () => {
    const RsaAlgorithm = kit.enumeration(Object.keys(RSA));
    const signing = (name) => [["string", "string"], ["string", "string", "any"], (value, key) => sign(name, value, key)];
    return {
      RsaAlgorithm,
      computeRsaSha1Signature: signing("RSA_SHA_1"),
      computeRsaSha256Signature: signing("RSA_SHA_256"),
      computeRsaSignature: [
        ["any", "string", "string"],
        ["any", "string", "string", "any"],
        (algorithm, value, key) => sign(String(algorithm), value, key),
      ],
      gzip: [
        ["object"],
        ["object", "string"],
        (source, name = "archive.gz") => kit.blob(result(kit.gzip(data(source))), "application/x-gzip", name),
      ],
      ungzip: [
        ["object"],
        (source) => kit.blob(result(kit.ungzip(data(source)), "Could not decompress gzip."), null, null),
      ],
      parseCsv: [["string"], ["string", "string"], parseCsv],
    };
  };
})
