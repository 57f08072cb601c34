// Utilities.zip and unzip: files packed one by one, with a directory of them at the end.
(function (kit) {
  "use strict";
  const { fromCharCode } = String;
  const [LOCAL, CENTRAL, END] = ["PK\x03\x04", "PK\x01\x02", "PK\x05\x06"];
  const [VERSION, UTF8, DEFLATED] = [20, 0x800, 8];
  const END_SIZE = 22;
  const MOST_BYTES = 50 * 1024 * 1024;

  const short = (value) => fromCharCode(value & 255, (value >> 8) & 255);
  const long = (value) => short(value & 0xffff) + short(value >>> 16);
  const shortAt = (data, at) => data.charCodeAt(at) | (data.charCodeAt(at + 1) << 8);
  const longAt = (data, at) => (shortAt(data, at) | (shortAt(data, at + 2) << 16)) >>> 0;
  const stamp = (date) =>
    short((date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1)) +
    short(((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate());

  const names = (blobs) => {
    const seen = new Set();
    for (const name of blobs.map((blob) => blob.getName())) {
      if (name === null) throw kit.exception("Blob object must have non-null name for this operation.");
      if (seen.has(name)) throw kit.exception(`duplicate entry: ${name}`);
      seen.add(name);
    }
    return [...seen].map((name) => kit.toUtf8(name));
  };
  kit.zip = (sources, archive) => {
    const blobs = sources.map(kit.blobOf);
    const time = stamp(new Date(kit.now));
    let [files, directory] = ["", ""];
    names(blobs).forEach((name, at) => {
      const data = kit.dataOf(blobs[at]);
      const packed = kit.deflate(data).slice(1);
      const sizes = `${long(Number(kit.crc32(data)))}${long(packed.length)}${long(data.length)}`;
      const header = `${short(VERSION)}${short(UTF8)}${short(DEFLATED)}${time}${sizes}${short(name.length)}${short(0)}`;
      directory += `${CENTRAL}${short(VERSION)}${header}${short(0).repeat(3)}${long(0)}${long(files.length)}${name}`;
      files += `${LOCAL}${header}${name}${packed}`;
    });
    const counted = short(blobs.length).repeat(2);
    const end = `${END}${short(0).repeat(2)}${counted}${long(directory.length)}${long(files.length)}${short(0)}`;
    return kit.blobOfLatin1(files + directory + end, "application/zip", archive ?? "archive.zip");
  };

  const broken = () => kit.exception("Invalid argument");
  const unpacked = (method, data) => {
    if (method === 0) return data;
    const inflated = method === DEFLATED && kit.inflate(data);
    if (!inflated) throw broken();
    return inflated.slice(1);
  };
  kit.unzip = (source) => {
    const data = kit.dataOf(source);
    const end = data.lastIndexOf(END);
    if (end < 0 || data.length < end + END_SIZE) throw broken();
    const files = [];
    let [at, left] = [longAt(data, end + 16), MOST_BYTES];
    for (let count = shortAt(data, end + 10); count; count--) {
      if (data.slice(at, at + 4) !== CENTRAL) throw broken();
      const [size, header, length] = [longAt(data, at + 20), longAt(data, at + 42), shortAt(data, at + 28)];
      const begin = header + 30 + shortAt(data, header + 26) + shortAt(data, header + 28);
      const name = kit.fromUtf8(data.slice(at + 46, at + 46 + length));
      const held = unpacked(shortAt(data, at + 10), data.slice(begin, begin + size));
      left -= held.length;
      if (left < 0) throw broken();
      if (!name.endsWith("/")) files.push(kit.blobOfLatin1(held, kit.typeOfName(name), name));
      at += 46 + length + shortAt(data, at + 30) + shortAt(data, at + 32);
    }
    return files;
  };
})
