"use strict";
// One engine process: runs executions one after the other, each in a global scope of its own.
//
// Everything is synchronous. Stdin carries commands and answers (JSON), stdout a letter and JSON: R ready, C call, L log
// line, P parse result, and the end of an execution: E, or F when it left so much behind that another process should
// take over.
const v8 = require("node:v8");
const vm = require("node:vm");
const { isUtf8 } = require("node:buffer");
const { createHash, createHmac, createSign } = require("node:crypto");
const { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } = require("node:zlib");
const { exchange, receive, send } = require("./pipe.js");
const { seal } = require("./seal.js");

const { Buffer, TextDecoder } = globalThis;
const { env } = process;
const INTERNAL = "confsync:";
const [LOOKED_AT, LEFT_BEHIND] = [128 << 20, 64 << 20];
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
  tableText: (name) => tables[name],
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
let tables = {};
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

function sandbox(main) {
  const context = emptyContext();
  const [kernel, ...services] = prelude.runInContext(context);
  const kit = kernel(BRIDGE, main);
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
  const project = projects.get(command.project);
  current = { command, kit, libraries: project.libraries, scopes: [] };
  try {
    // Kept with the project: to find a script by its source takes longer than to run it.
    project.scripts ??= project.files.map(([name, source]) => compiled(name, source));
    for (const script of project.scripts) script.runInContext(context);
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
  tables = command.tables;
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
