// HtmlService and ContentService: what a web app or a callback answers.
(function (kit) {
  "use strict";
  const outputs = kit.known("outputs"); // HtmlOutput → what it holds
  const text = (given) => (kit.blobs.has(given) ? given.getDataAsString() : String(given));
  const escaped = (value) =>
    String(value ?? "").replace(/[&<>"'\\]/g, (letter) => `&#${letter.charCodeAt(0)};`);

  // Getters and setters of what an output holds: { Title: ["title", "string"] } makes getTitle, and setTitle of a text.
  const fields = (held, object, names) => {
    const members = {};
    for (const name of Object.keys(names)) {
      const [field, type] = names[name];
      members[`get${name}`] = [[], () => held[field] ?? null];
      members[`set${name}`] = [
        [type],
        (value) => {
          held[field] = value;
          return object();
        },
      ];
    }
    return members;
  };
  const changing = (types, object, change) => [
    types,
    (...given) => {
      change(...given);
      return object();
    },
  ];

  const htmlOutput = (content) => {
    const held = { content, metaTags: [] };
    const append = (more) => (held.content += more);
    const object = kit.object("HtmlService.HtmlOutput", {
      ...fields(held, () => object, {
        Title: ["title", "string"],
        Width: ["width", "number"],
        Height: ["height", "number"],
        FaviconUrl: ["faviconUrl", "string"],
      }),
      getContent: [[], () => held.content],
      setContent: changing(["string"], () => object, (given) => (held.content = String(given))),
      append: changing(["string"], () => object, append),
      appendUntrusted: changing(["string"], () => object, (given) => append(escaped(given))),
      clear: changing([], () => object, () => (held.content = "")),
      addMetaTag: changing(["string", "string"], () => object, (name, value) => {
        held.metaTags.push({ name: String(name), content: String(value) });
      }),
      getMetaTags: [[], () => held.metaTags.map((tag) => metaTag(tag))],
      setSandboxMode: changing(["any"], () => object, () => undefined),
      setXFrameOptionsMode: changing(["any"], () => object, (mode) => (held.xFrameOptions = String(mode))),
      getBlob: [[], () => kit.blob(held.content, "text/html", null)],
      getAs: [["string"], (type) => kit.converted(kit.blob(held.content, "text/html", null), type)],
      asTemplate: [[], () => template(held.content)],
    });
    outputs.set(object, held);
    kit.built.set(object, () => ({ htmlOutput: held }));
    return object;
  };
  const metaTag = (tag) =>
    kit.object("HtmlService.HtmlOutputMetaTag", { getName: [[], () => tag.name], getContent: [[], () => tag.content] });

  // <? code ?>, <?= escaped ?> and <?!= as it is ?>, as the code of a function that returns the page.
  const code = (source) => {
    const parts = [];
    for (const [, before, kind, inside] of source.matchAll(/([^]*?)(?:<\?(!=|=|)([^]*?)\?>|$)/g)) {
      if (before) parts.push(`output.push(${JSON.stringify(before)});`);
      if (kind === "=") parts.push(`output.push(escaped(${inside.trim().replace(/;$/, "")}));`);
      else if (kind === "!=") parts.push(`output.push(plain(${inside.trim().replace(/;$/, "")}));`);
      else if (inside) parts.push(inside);
    }
    return parts.join("\n");
  };
  const plain = (value) => (outputs.has(value) ? outputs.get(value).content : (value ?? ""));
  const template = (source) => {
    const object = kit.object("HtmlService.HtmlTemplate", {
      getRawContent: [[], () => source],
      getCode: [[], () => code(source)],
      getCodeWithComments: [[], () => code(source)],
      evaluate: [
        [],
        () => {
          const own = Object.keys(object).filter((name) => !methods.has(name));
          const page = new Function("output", "escaped", "plain", ...own, code(source));
          const output = [];
          page(output, (value) => escaped(plain(value)), plain, ...own.map((name) => object[name]));
          return htmlOutput(output.join(""));
        },
      ],
    });
    const methods = new Set(Object.keys(object));
    return object;
  };

  const file = (name) => kit.ask("HtmlService", "getFile", { name: String(name) });
  kit.global("HtmlService", () =>
    kit.object("HtmlService", {
      SandboxMode: kit.enumeration(["EMULATED", "IFRAME", "NATIVE"]),
      XFrameOptionsMode: kit.enumeration(["ALLOWALL", "DEFAULT"]),
      createHtmlOutput: [[], ["any"], (given = "") => htmlOutput(text(given))],
      createHtmlOutputFromFile: [["string"], (name) => htmlOutput(file(name))],
      createTemplate: [["any"], (given) => template(text(given))],
      createTemplateFromFile: [["string"], (name) => template(file(name))],
      getUserAgent: [[], () => null],
    }),
  );

  const TYPES = {
    ATOM: "application/atom+xml",
    CSV: "text/csv",
    ICAL: "text/calendar",
    JAVASCRIPT: "application/javascript",
    JSON: "application/json",
    RSS: "application/rss+xml",
    TEXT: "text/plain",
    VCARD: "text/x-vcard",
    XML: "text/xml",
  };
  let MimeType;
  const isType = (value) => Object.values(MimeType).includes(value);
  const textOutput = (content, mimeType) => {
    const held = { content, mimeType };
    const object = kit.object("ContentService.TextOutput", {
      ...fields(held, () => object, { MimeType: ["mimeType", isType] }),
      getContent: [[], () => held.content],
      setContent: changing(["string"], () => object, (given) => (held.content = String(given))),
      append: changing(["string"], () => object, (given) => (held.content += given)),
      clear: changing([], () => object, () => (held.content = "")),
      downloadAsFile: changing(["string"], () => object, (name) => (held.fileName = String(name))),
      getFileName: [[], () => held.fileName ?? null],
    });
    kit.built.set(object, () => ({ textOutput: { ...held, mimeType: TYPES[held.mimeType] } }));
    return object;
  };
  kit.global("ContentService", () => {
    MimeType = kit.enumeration(Object.keys(TYPES));
    return kit.object("ContentService", {
      MimeType,
      createTextOutput: [[], ["string"], (given = "") => textOutput(String(given), MimeType.TEXT)],
    });
  });
})
