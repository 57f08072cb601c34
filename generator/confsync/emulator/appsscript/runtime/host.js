"use strict";
// One engine process: runs executions one after the other, each in a global scope of its own.
//
// Everything is synchronous: a frame is a length (u32, little endian) and that many bytes of UTF-8. Stdin carries
// commands and answers (JSON), stdout a letter and JSON: R ready, C call, L log line, P parse result, and the end of an
// execution: E, or F when it left so much behind that another process should take over.
const fs = require("node:fs");
const v8 = require("node:v8");
const vm = require("node:vm");
const { isUtf8 } = require("node:buffer");
const { createHash, createHmac, createSign } = require("node:crypto");
const { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } = require("node:zlib");
const { seal } = require("./seal.js");

const { Buffer, Int32Array, Atomics, TextDecoder } = globalThis;
const { env } = process;
const exit = process.reallyExit.bind(process);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const INTERNAL = "confsync:";
const OUT_OF_MEMORY = 70; // an exit code
const LARGEST_FRAME = 128 << 20;
const [LOOKED_AT, LEFT_BEHIND] = [128 << 20, 64 << 20];
const BUFFER = 1 << 16;
const LARGEST_KEPT = 1 << 22;
let received = Buffer.allocUnsafe(BUFFER);
let available = 0;
let outgoing = Buffer.allocUnsafe(BUFFER);

function retry(transfer) {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}

function fill(wanted) {
  if (wanted > received.length) {
    const larger = Buffer.allocUnsafe(wanted * 2);
    received.copy(larger, 0, 0, available);
    received = larger;
  }
  while (available < wanted) {
    const count = retry(() => fs.readSync(0, received, available, received.length - available, null));
    if (count === 0) exit(0);
    available += count;
  }
}

function receive() {
  fill(4);
  const end = 4 + received.readUInt32LE(0);
  fill(end);
  const text = received.utf8Slice(4, end);
  received.copyWithin(0, end, available);
  available -= end;
  if (available === 0 && received.length > LARGEST_KEPT) received = Buffer.allocUnsafe(BUFFER);
  return text;
}

function send(text) {
  if (text.length * 3 + 4 > outgoing.length) {
    const size = Buffer.byteLength(text) + 4;
    if (size > LARGEST_FRAME) exit(OUT_OF_MEMORY);
    if (size > outgoing.length) outgoing = Buffer.allocUnsafe(size);
  }
  const end = 4 + outgoing.utf8Write(text, 4);
  outgoing.writeUInt32LE(end - 4, 0);
  for (let at = 0; at < end; ) at += retry(() => fs.writeSync(1, outgoing, at, end - at));
  if (outgoing.length > LARGEST_KEPT) outgoing = Buffer.allocUnsafe(BUFFER);
}

// A script near its stack limit must overflow before a frame is half sent or half read, or the two sides would
// be out of step for ever. Whatever still fails after the probe ends the process; another one takes its place.
function probe(depth) {
  return depth === 0 ? 0 : probe(depth - 1) + 1;
}
function exchange(text, answered) {
  probe(300);
  try {
    send(text);
    return answered ? receive() : "";
  } catch {
    return exit(OUT_OF_MEMORY);
  }
}

// All that a sandbox ever gets from here: functions of strings that return strings. Bytes travel as latin1.
const bytes = (text) => Buffer.from(text, "latin1");
const UNPACKED = { maxOutputLength: 50 * 1024 * 1024 };
// What a script may give wrong answers "=" and the result, or nothing.
const attempt = (make) => {
  try {
    return `=${make().toString("latin1")}`; // a text stays as it is
  } catch {
    return "";
  }
};
const BRIDGE = {
  ask: (text) => exchange("C" + text, true),
  tell: (text) => exchange("L" + text, false),
  digest: (algorithm, data) => createHash(algorithm).update(bytes(data)).digest("latin1"),
  hmac: (algorithm, data, key) => createHmac(algorithm, bytes(key)).update(bytes(data)).digest("latin1"),
  rsa: (algorithm, data, key) => attempt(() => createSign(algorithm).update(bytes(data)).sign(key)),
  gzip: (data) => attempt(() => gzipSync(bytes(data))),
  ungzip: (data) => attempt(() => gunzipSync(bytes(data), UNPACKED)),
  deflate: (data) => attempt(() => deflateRawSync(bytes(data))),
  inflate: (data) => attempt(() => inflateRawSync(bytes(data), UNPACKED)),
  crc32: (data) => String(crc32(bytes(data))),
  decode: (data, charset) => attempt(() => new TextDecoder(charset, { ignoreBOM: false }).decode(bytes(data))),
  isUtf8: (data) => (isUtf8(bytes(data)) ? "yes" : ""),
  toBase64: (data) => bytes(data).toString("base64"),
  fromBase64: (text) => Buffer.from(text, "base64").toString("latin1"),
  toUtf8: (text) => Buffer.from(text, "utf8").toString("latin1"),
  fromUtf8: (data) => bytes(data).toString("utf8"),
};

Error.prepareStackTrace = (error, frames) => {
  const lines = [];
  for (const frame of frames) {
    const file = frame.getFileName();
    if (file && file !== __filename && !file.startsWith("node:") && !file.startsWith(INTERNAL)) lines.push(frame);
  }
  return [String(error), ...lines].join("\n    at ");
};

let prelude = null;
let tables = "";
let spare = null;
let projects = new Map();
const scripts = new Map();
const entries = new Map();
const DRAIN = new vm.Script("", { filename: INTERNAL + "drain" });

function compiled(name, source) {
  const key = name + "\0" + source;
  if (!scripts.has(key)) scripts.set(key, new vm.Script(source, { filename: name }));
  return scripts.get(key);
}

// An ordinary global object: on a contextified one every access to a global variable is some 200 times slower.
const emptyContext = () =>
  vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    microtaskMode: "afterEvaluate",
    codeGeneration: { strings: true, wasm: false },
  });

function sandbox() {
  const context = emptyContext();
  const [kernel, ...services] = prelude.runInContext(context);
  const kit = kernel(BRIDGE, tables);
  for (const service of services) service(kit);
  return { context, kit };
}

function entry(name) {
  if (!entries.has(name)) {
    const [first, ...rest] = name.split(".");
    const owner = [first, ...rest.slice(0, -1)].join("?.");
    const source = `typeof ${first} === "undefined" ? [] : [${[first, ...rest].join("?.")}, ${owner}]`;
    entries.set(name, new vm.Script(isName(first) ? source : "[]", { filename: INTERNAL + "entry" }));
  }
  return entries.get(name);
}
const isName = (word) => attempt(() => new vm.Script(`var ${word}`)) !== ""; // not a word of the language

// The line of a syntax error stands above its stack: "Code:5", the source line, a caret.
function position(error) {
  const found = error?.name === "SyntaxError" && /^(.*):(\d+)\n/.exec(`${error.stack}`);
  return found ? { file: found[1], line: Number(found[2]) } : {};
}

function failure(error, kit) {
  try {
    const { file, line } = position(error);
    if (file === undefined) return kit.failed(error);
    const [name, message] = [`${error.name}`, `${error.message}`];
    return JSON.stringify({ error: { name, message, stack: `${name}: ${message}\n    at ${file}:${line}` } });
  } catch {
    return kit.unprintable; // what a script threw may throw when it is looked at
  }
}

function run(command) {
  env.TZ = command.timeZone;
  if (command.forget) projects = new Map();
  if (command.files) projects.set(command.project, command.files);
  const { context, kit } = spare ?? sandbox();
  spare = null;
  kit.open(JSON.stringify(command));
  try {
    const parsed = projects.get(command.project).map(([name, source]) => compiled(name, source));
    for (const script of parsed) script.runInContext(context);
    const found = entry(command.function).runInContext(context);
    kit.begin(found[0], found[1], JSON.stringify(command.arguments));
    DRAIN.runInContext(context);
    return kit.outcome();
  } catch (error) {
    return failure(error, kit);
  }
}

function check(files) {
  const problems = [];
  for (const [name, source] of files) {
    try {
      new vm.Script(source, { filename: name });
    } catch (error) {
      problems.push({ file: name, line: 1, ...position(error), message: `${error.name}: ${error.message}` });
    }
  }
  return JSON.stringify(problems);
}

function boot(command) {
  // Each file is the expression of a function; all of them are one script, for a script costs something in every scope.
  const source = command.prelude.map(([, text]) => text).join(",\n");
  prelude = new vm.Script(`[${source}]`, { filename: INTERNAL + "prelude" });
  tables = JSON.stringify(command.tables);
  spare = sandbox();
  send("R{}");
}

// What an execution leaves behind (rejections that nobody handles, finalizers that never run) would be missing to the
// next one. Garbage is no reason, but only a collection tells.
v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");
v8.setFlagsFromString("--no-expose-gc");
const held = ({ used_heap_size: heap, external_memory: outside }) => heap + outside;
const holds = (bytes) => held(v8.getHeapStatistics()) > bytes;
const isSpent = () => holds(LOOKED_AT) && (collect(), holds(LEFT_BEHIND));

seal(emptyContext());

for (;;) {
  const command = JSON.parse(receive());
  if (command.check) send("P" + check(command.check));
  else if (command.prelude) boot(command);
  else {
    const outcome = run(command);
    exchange((isSpent() ? "F" : "E") + outcome, false);
  }
  if (scripts.size > 500) scripts.clear();
  if (entries.size > 500) entries.clear();
  spare ??= sandbox(); // made while nobody waits for it
}
