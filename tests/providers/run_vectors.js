// Reads {sources, calls} from stdin; writes what each call returned or threw.
const fs = require("node:fs");
const vm = require("node:vm");

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const context = vm.createContext({});
for (const source of given.sources) vm.runInContext(source, context);
vm.runInContext(`function answer(call) {
  const given = JSON.parse(call);
  try {
    const value = globalThis[given.function](...given.arguments);
    return JSON.stringify({value: value});
  } catch (error) {
    if (error.name !== "Unrenderable") return JSON.stringify({thrown: error.stack});
    return JSON.stringify({error: error.message});
  }
}`, context);
const answers = given.calls.map((call) =>
  JSON.parse(context.answer(JSON.stringify(call))));
process.stdout.write(JSON.stringify(answers));
