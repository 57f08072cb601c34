// MimeType: the types of data that the platform names, and which a file's name tells of.
(function (kit) {
  "use strict";
  const GOOGLE = "application/vnd.google-apps.";
  const OPEN = "application/vnd.oasis.opendocument.";
  const OFFICE = "application/vnd.openxmlformats-officedocument.";
  const MIME_TYPES = {
    __proto__: null,
    GOOGLE_APPS_SCRIPT: `${GOOGLE}script`,
    GOOGLE_DRAWINGS: `${GOOGLE}drawing`,
    GOOGLE_DOCS: `${GOOGLE}document`,
    GOOGLE_FORMS: `${GOOGLE}form`,
    GOOGLE_SHEETS: `${GOOGLE}spreadsheet`,
    GOOGLE_SITES: `${GOOGLE}site`,
    GOOGLE_SLIDES: `${GOOGLE}presentation`,
    FOLDER: `${GOOGLE}folder`,
    SHORTCUT: `${GOOGLE}shortcut`,
    BMP: "image/bmp",
    GIF: "image/gif",
    JPEG: "image/jpeg",
    PNG: "image/png",
    SVG: "image/svg+xml",
    PDF: "application/pdf",
    CSS: "text/css",
    CSV: "text/csv",
    HTML: "text/html",
    JAVASCRIPT: "application/javascript",
    PLAIN_TEXT: "text/plain",
    RTF: "application/rtf",
    OPENDOCUMENT_GRAPHICS: `${OPEN}graphics`,
    OPENDOCUMENT_PRESENTATION: `${OPEN}presentation`,
    OPENDOCUMENT_SPREADSHEET: `${OPEN}spreadsheet`,
    OPENDOCUMENT_TEXT: `${OPEN}text`,
    MICROSOFT_EXCEL: `${OFFICE}spreadsheetml.sheet`,
    MICROSOFT_EXCEL_LEGACY: "application/vnd.ms-excel",
    MICROSOFT_POWERPOINT: `${OFFICE}presentationml.presentation`,
    MICROSOFT_POWERPOINT_LEGACY: "application/vnd.ms-powerpoint",
    MICROSOFT_WORD: `${OFFICE}wordprocessingml.document`,
    MICROSOFT_WORD_LEGACY: "application/msword",
    ZIP: "application/zip",
  };
  kit.global("MimeType", () => kit.object("MimeType", MIME_TYPES));

  // Extensions that are not the small letters of a name above.
  const EXTENSIONS = {
    __proto__: null,
    docx: "MICROSOFT_WORD",
    htm: "HTML",
    jpg: "JPEG",
    js: "JAVASCRIPT",
    pptx: "MICROSOFT_POWERPOINT",
    txt: "PLAIN_TEXT",
    xlsx: "MICROSOFT_EXCEL",
  };
  // What `MimeType` does not name.
  const OTHERS = {
    __proto__: null,
    gz: "application/x-gzip",
    ics: "text/calendar",
    json: "application/json",
    vcf: "text/x-vcard",
    xml: "text/xml",
  };
  const UNKNOWN = "application/octet-stream";
  kit.typeOfName = (name) => {
    const extension = /\.(\w+)$/.exec(String(name))?.[1].toLowerCase() ?? "";
    const type = OTHERS[extension] ?? MIME_TYPES[EXTENSIONS[extension] ?? extension.toUpperCase()] ?? UNKNOWN;
    return type.startsWith(GOOGLE) ? UNKNOWN : type;
  };
})
