// Digests and keyed digests of Utilities; bytes are latin1 text here.
(function (kit) {
  "use strict";
  const DIGESTS = { MD5: "md5", SHA_1: "sha1", SHA_256: "sha256", SHA_384: "sha384", SHA_512: "sha512" };
  // MD2 (RFC 1319) is too old for the engine's library. Its table is made of the digits of pi.
  const PI =
    "292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca1e9b573cfdd4e01667426f188a17e512" +
    "be4ec4d6da9ede49a0fbf58ebb2fee7aa968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703" +
    "ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1459d705964718720865bcf65e62da802" +
    "1b6025adaeb0b9f61c46616934407e0f5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52" +
    "6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39f2efb70e6658d0e4a67772f8eb754b0a" +
    "314450b48fed1f1adb998d339f118314";
  const md2 = (data) => {
    const table = PI.match(/../g).map((pair) => parseInt(pair, 16));
    const padding = 16 - (data.length % 16);
    const message = Array.from(data + String.fromCharCode(padding).repeat(padding), (letter) => letter.charCodeAt(0));
    const checksum = Array(16).fill(0);
    let last = 0;
    message.forEach((byte, at) => (last = checksum[at % 16] ^= table[byte ^ last]));
    message.push(...checksum);
    const state = Array(48).fill(0);
    for (let at = 0; at < message.length; at += 16) {
      for (let place = 0; place < 16; place++) {
        state[16 + place] = message[at + place];
        state[32 + place] = state[16 + place] ^ state[place];
      }
      let mixed = 0;
      for (let round = 0; round < 18; round++) {
        for (let place = 0; place < 48; place++) mixed = state[place] ^= table[mixed];
        mixed = (mixed + round) % 256;
      }
    }
    return String.fromCharCode(...state.slice(0, 16));
  };

  kit.digests = () => {
    const DigestAlgorithm = kit.enumeration(["MD2", ...Object.keys(DIGESTS)]);
    const MacAlgorithm = kit.enumeration(Object.keys(DIGESTS).map((name) => `HMAC_${name}`));
    const of = (members) => (value) => Object.values(members).includes(value);
    const [digest, mac] = [of(DigestAlgorithm), of(MacAlgorithm)];
    const hmac = (name, value, key, charset) =>
      kit.signed(kit.hmac(DIGESTS[name], kit.raw(value, charset), kit.raw(key, charset)));
    const digested = (name, data) => kit.signed(name === "MD2" ? md2(data) : kit.digest(DIGESTS[name], data));
    return {
      DigestAlgorithm,
      MacAlgorithm,
      computeDigest: [
        [digest, kit.isBytes],
        [digest, "string"],
        [digest, "string", kit.isCharset],
        (algorithm, value, charset) => digested(String(algorithm), kit.raw(value, charset)),
      ],
      computeHmacSignature: [
        [mac, kit.isBytes, kit.isBytes],
        [mac, "string", "string"],
        [mac, "string", "string", kit.isCharset],
        (algorithm, value, key, charset) => hmac(String(algorithm).slice("HMAC_".length), value, key, charset),
      ],
      computeHmacSha256Signature: [
        [kit.isBytes, kit.isBytes],
        ["string", "string"],
        ["string", "string", kit.isCharset],
        (value, key, charset) => hmac("SHA_256", value, key, charset),
      ],
    };
  };
})
