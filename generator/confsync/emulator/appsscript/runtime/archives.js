// The rest of Utilities: RSA signatures, compressed blobs and tables of values.
(function (kit) {
  "use strict";
  const RSA = { RSA_SHA_1: "RSA-SHA1", RSA_SHA_256: "RSA-SHA256" };
  const result = (attempted, complaint) => {
    if (!attempted) throw kit.exception(complaint);
    return attempted.slice(1);
  };
  const sign = (algorithm, value, key, charset) =>
    kit.signed(result(kit.rsa(RSA[algorithm], kit.encoded(String(value), charset), key), "Invalid argument: key"));

  // Fields between delimiters; quotes around a field, doubled inside one.
  kit.parseCsv = (text, delimiter = ",") => {
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

  kit.signatures = () => {
    const RsaAlgorithm = kit.enumeration(Object.keys(RSA));
    const known = (value) => Object.values(RsaAlgorithm).includes(value);
    const signing = (name) => [
      ["string", "string"],
      ["string", "string", kit.isCharset],
      (...given) => sign(name, ...given),
    ];
    return {
      RsaAlgorithm,
      computeRsaSha1Signature: signing("RSA_SHA_1"),
      computeRsaSha256Signature: signing("RSA_SHA_256"),
      computeRsaSignature: [
        [known, "string", "string"],
        [known, "string", "string", kit.isCharset],
        (algorithm, ...given) => sign(String(algorithm), ...given),
      ],
    };
  };

  const gunzipped = (source) => {
    const complaint = "Could not decompress gzip.";
    return kit.blobOfLatin1(result(kit.ungzip(kit.dataOf(source)), complaint), null, null);
  };
  const sources = (value) => Array.isArray(value) && value.every(kit.isBlobSource);
  kit.archives = () => ({
    gzip: [
      [kit.isBlobSource],
      [kit.isBlobSource, "string"],
      (source, name) => kit.blobOfLatin1(result(kit.gzip(kit.dataOf(source))), "application/x-gzip", name ?? "archive.gz"),
    ],
    ungzip: [[kit.isBlobSource], gunzipped],
    zip: [[sources], [sources, "string"], kit.zip],
    unzip: [[kit.isBlobSource], kit.unzip],
  });
})
