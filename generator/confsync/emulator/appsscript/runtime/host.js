"use strict";
// One engine process: runs executions one after the other, each in a global scope of its own.
//
// Everything is synchronous: a frame is a length (u32, little endian) and that many bytes of UTF-8. Stdin carries
// commands and answers (JSON), stdout a letter and JSON: R ready, C call, L log line, E end of an execution, P parse result.
const fs = require("node:fs");
const vm = require("node:vm");
const { isUtf8 } = require("node:buffer");
const { createHash, createHmac, createSign } = require("node:crypto");
const { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } = require("node:zlib");

const { Buffer, Int32Array, Atomics, TextDecoder } = globalThis;
const { env } = process;
const exit = process.reallyExit.bind(process);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const INTERNAL = "confsync:";
let received = Buffer.allocUnsafe(1 << 16);
let available = 0;
let outgoing = Buffer.allocUnsafe(1 << 16);

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
  return text;
}

function send(text) {
  if (text.length * 3 + 4 > outgoing.length) {
    const needed = Buffer.byteLength(text) + 4;
    if (needed > outgoing.length) outgoing = Buffer.allocUnsafe(needed);
  }
  const end = 4 + outgoing.utf8Write(text, 4);
  outgoing.writeUInt32LE(end - 4, 0);
  for (let at = 0; at < end; ) at += retry(() => fs.writeSync(1, outgoing, at, end - at));
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
    return exit(70);
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
  enter: (number) => enter(Number(number)),
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
function sandbox(main) {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, {
    microtaskMode: "afterEvaluate",
    codeGeneration: { strings: true, wasm: false },
  });
  const [kernel, ...services] = prelude.runInContext(context);
  const kit = kernel(BRIDGE, tables, main);
  for (const service of services) service(kit);
  return { context, kit };
}

function entry(name) {
  if (!entries.has(name)) {
    const [first, ...rest] = name.split(".");
    const owner = [first, ...rest.slice(0, -1)].join("?.");
    const source = `typeof ${first} === "undefined" ? [] : [${[first, ...rest].join("?.")}, ${owner}]`;
    entries.set(name, new vm.Script(source, { filename: INTERNAL + "entry" }));
  }
  return entries.get(name);
}

// The line of a syntax error stands above its stack: "Code:5", the source line, a caret.
function position(error) {
  const found = error?.name === "SyntaxError" && /^(.*):(\d+)\n/.exec(`${error.stack}`);
  return found ? { file: found[1], line: Number(found[2]) } : {};
}

function failure(error, kit) {
  const { file, line } = position(error);
  if (file === undefined) return kit.failed(error);
  const { name, message } = error;
  const stack = `${name}: ${message}\n    at ${file}:${line}`;
  return JSON.stringify({ error: { name: `${name}`, message: `${message}`, stack } });
}

let current = null; // the execution under way: its command, kit and libraries, and the scopes that these have

// Runs a library's files in a scope of its own, once. What it throws is for who touches it, each time.
function enter(number) {
  const { command, kit: main, libraries, scopes } = current;
  if (scopes[number]) return "";
  const { files, calendar, includes } = libraries[number];
  const { context, kit } = sandbox(main);
  kit.open(JSON.stringify({ ...command, calendar, includes, library: number, seed: command.seed + number + 1 }));
  const exposed = kit.expose(number);
  scopes[number] = context;
  try {
    for (const [name, source] of files) compiled(name, source).runInContext(context);
    exposed();
  } catch (error) {
    // An error of this side must not reach a script.
    kit.broke(number, error instanceof Error ? kit.error(`${error.name}`, `${error.message}`) : error);
  }
  return "";
}

// Each scope has promises of its own, which may wait for those of another.
function drain(context, kit) {
  DRAIN.runInContext(context);
  for (let round = 0; current.scopes.length && (round < 2 || (kit.pending() && round < 100)); round++) {
    for (const scope of [...current.scopes, context]) if (scope) DRAIN.runInContext(scope);
  }
}

function run(command) {
  env.TZ = command.timeZone;
  if (command.forget) projects = new Map();
  if (command.files) projects.set(command.project, { files: command.files, libraries: command.libraries });
  const { context, kit } = spare ?? sandbox();
  spare = null;
  kit.open(JSON.stringify(command));
  const { files, libraries } = projects.get(command.project);
  current = { command, kit, libraries, scopes: [] };
  try {
    const parsed = files.map(([name, source]) => compiled(name, source));
    for (const script of parsed) script.runInContext(context);
    const found = entry(command.function).runInContext(context);
    kit.begin(found[0], found[1], JSON.stringify(command.arguments));
    drain(context, kit);
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

// Should a script get hold of an object from this side, it finds nothing here but the language itself.
const LANGUAGE = new Set(vm.runInNewContext("Object.getOwnPropertyNames(globalThis)"));
for (const name of Object.getOwnPropertyNames(globalThis)) if (!LANGUAGE.has(name)) delete globalThis[name];
for (const kind of [Object, Function, Array, String]) Object.freeze(kind.prototype);

for (;;) {
  const command = JSON.parse(receive());
  if (command.check) send("P" + check(command.check));
  else if (command.prelude) boot(command);
  else send("E" + run(command));
  if (scripts.size > 500) scripts.clear();
  if (entries.size > 500) entries.clear();
  spare ??= sandbox(); // made while nobody waits for it
}
