// The floor of executions: the same project in bare `node:vm`, its services free and in the same process.
//
// A line of standard input is how many executions; a line of JSON answers with the seconds that they took.
"use strict";
const { readFileSync, writeSync, readSync } = require("node:fs");
const vm = require("node:vm");

const { files, events } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const scripts = Object.entries(files).map(([filename, source]) => new vm.Script(source, { filename }));
const entry = new vm.Script("main()");
let stored = {};

function services(context) {
  const store = {
    getProperties: () => ({ ...stored }),
    setProperties: (values) => {
      stored = { ...stored, ...values };
    },
  };
  context.PropertiesService = { getUserProperties: () => store };
  context.Calendar = { Events: { list: () => JSON.parse(events) } };
  context.LockService = { getUserLock: () => ({ tryLock: () => true }) };
}

function execute() {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { microtaskMode: "afterEvaluate" });
  services(context);
  for (const script of scripts) script.runInContext(context);
  const [count, locked] = entry.runInContext(context);
  if (count !== 5 || !locked) throw new Error("it did not run");
}

const line = Buffer.alloc(64);
for (let size; (size = readSync(0, line)) > 0; ) {
  const start = process.hrtime.bigint();
  for (let left = Number.parseInt(line.toString("utf8", 0, size), 10); left > 0; left--) execute();
  writeSync(1, `${JSON.stringify({ seconds: Number(process.hrtime.bigint() - start) / 1e9 })}\n`);
}
