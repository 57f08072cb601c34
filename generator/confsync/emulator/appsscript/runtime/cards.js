// CardService: every type is built from one table, which names its methods and what they take.
//
// What a script sets is kept under the name of the method without its verb, what it adds in a list, and the steps of a
// Navigation in their order. Where several types fit (widgets, buttons), the kind is a key around the rest.
(function (kit) {
  "use strict";
  const service = "CardService";
  const PLAIN = { string: "string", number: "number", boolean: "boolean", any: "any" };
  const ELSEWHERE = { ConferenceData: (value) => kit.built.has(value), GmailDraft: () => false };
  const trees = kit.known("trees"); // object of the service → its type and what it holds
  const lower = (name) => name[0].toLowerCase() + name.slice(1);

  const enumerations = (table) => {
    const enums = {};
    for (const name of Object.keys(table)) enums[name] = kit.enumeration(table[name].split(" "));
    return enums;
  };

  // What a kind of argument accepts: a name of the kernel's, or a function.
  const accepted = (tables, kind) => {
    if (kind.endsWith("[]")) {
      const one = kind === "string[]" ? (item) => typeof item === "string" : accepted(tables, kind.slice(0, -2));
      return (value) => Array.isArray(value) && value.every(one);
    }
    if (kind === "strings") {
      return (value) => typeof value === "object" && Object.values(value).every((item) => typeof item === "string");
    }
    if (tables.enums[kind]) return (value) => Object.values(tables.enums[kind]).includes(value);
    const family = tables.families[kind]?.split(" ") ?? [kind];
    return PLAIN[kind] ?? ELSEWHERE[kind] ?? ((value) => family.includes(trees.get(value)?.type));
  };

  const kept = (tables, kind, value) => {
    if (value === undefined || value === null) return undefined;
    if (kind.endsWith("[]")) return value.map((item) => kept(tables, kind.slice(0, -2), item));
    if (kind === "number") return Number(value);
    if (kind === "strings") return { ...value };
    if (kind === "string" || tables.enums[kind]) return String(value);
    if (kind === "ConferenceData") return kit.built.get(value)().createConferenceDataActionMarkup.createConferenceData;
    const found = trees.get(value);
    if (!found) return value;
    return tables.families[kind] ? { [lower(found.type)]: found.tree } : found.tree;
  };

  const record = (type, tree, name, value) => {
    const [, verb, noun] = /^(set|add)?(.*)$/.exec(name);
    if (type === "Navigation") (tree.steps ??= []).push({ [name]: value ?? true });
    else if (verb === "set") tree[lower(noun)] = value;
    else if (verb === "add") {
      const list = lower(noun.endsWith("s") ? noun : `${noun}s`);
      tree[list] = [...(tree[list] ?? []), ...(Array.isArray(value) ? value : [value])];
    } else tree[name] = value ?? true;
  };

  const build = (type, tree) => () => {
    const text = JSON.stringify(tree);
    const result = kit.object(`${service}.${type}`, { printJson: [[], () => text] });
    trees.set(result, { type, tree: JSON.parse(text) });
    kit.built.set(result, () => ({ [lower(type)]: JSON.parse(text) }));
    return result;
  };
  const OWN = {
    printJson: (tree) => () => JSON.stringify(tree),
    throwException: (tree) => () => {
      const authorizationException = JSON.parse(JSON.stringify(tree));
      throw kit.error("Exception", "Authorization is required to perform that action.", { authorizationException });
    },
  };

  // "text" takes one argument, "text:string value:string" two with names, "number|string" either.
  const parsed = (signature) =>
    signature.split("|").map((one) =>
      one
        .split(" ")
        .filter(Boolean)
        .map((argument) => argument.split(":"))
        .map((parts) => ({ name: parts[0], kind: parts.at(-1) })),
    );

  const factory = (tables, type) => () => {
    const tree = {};
    const members = {};
    for (const name of Object.keys(tables.types[type])) {
      const signature = tables.types[type][name];
      if (name === "build") members.build = [[], build(signature, tree)];
      else if (OWN[name]) members[name] = [[], OWN[name](tree)];
      else {
        const signatures = parsed(signature);
        const run = (...given) => {
          const fields = signatures[0].map(({ name, kind }, at) => [name, kept(tables, kind, given[at])]);
          record(type, tree, name, fields.length > 1 ? Object.fromEntries(fields) : fields[0]?.[1]);
          return object;
        };
        members[name] = [...signatures.map((one) => one.map(({ kind }) => accepted(tables, kind))), run];
      }
    }
    const object = kit.object(`${service}.${type}`, members);
    trees.set(object, { type, tree });
    return object;
  };

  kit.global(service, () => {
    const read = kit.table("cards");
    const tables = { ...read, enums: enumerations(read.enums) };
    const members = { ...tables.enums };
    for (const type of Object.keys(tables.types)) members[`new${type}`] = [[], factory(tables, type)];
    return kit.object(service, members);
  });
})
