// UrlFetchApp: requests as they are sent, and what came back.
(function (kit) {
  "use strict";
  const METHODS = ["delete", "get", "patch", "post", "put"];
  const FORM = "application/x-www-form-urlencoded";
  const invalid = (attribute) => kit.exception(`Attribute provided with invalid value: ${attribute}`);

  const headersOf = (given) => {
    if (typeof given !== "object" || Array.isArray(given)) throw invalid("headers");
    const headers = {};
    for (const name of Object.keys(given)) {
      if (/^(content-length|host)$/i.test(name)) throw invalid(`Header:${name}`);
      if (given[name] === null || given[name] === undefined) throw invalid("Header:null");
      headers[name] = String(given[name]);
    }
    return headers;
  };

  // Letters that no address may hold are escaped, or are an error when the script says that it has done so itself.
  const OUTSIDE = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})/gu;
  const addressed = (given, escaping) => {
    if (given === null || given === undefined || given === "") throw kit.exception("Attribute provided with no value: url");
    const url = String(given).toWellFormed();
    if (escaping) return url.replace(OUTSIDE, (letter) => encodeURIComponent(letter));
    if (url.search(OUTSIDE) >= 0) throw kit.exception(`Invalid argument: ${url}`);
    return url;
  };

  const form = (fields) =>
    Object.keys(fields)
      .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(fields[name]))}`)
      .join("&")
      .replace(/%20/g, "+");
  const quoted = (text) => `"${kit.toUtf8(String(text)).replace(/["\r\n]/g, (letter) => encodeURIComponent(letter))}"`;
  const part = (name, value) => {
    const head = `Content-Disposition: form-data; name=${quoted(name)}`;
    if (!kit.isBlobSource(value)) return `${head}\r\n\r\n${kit.toUtf8(String(value))}`;
    const blob = kit.blobOf(value);
    const type = kit.toUtf8(blob.getContentType() ?? "application/octet-stream");
    return `${head}; filename=${quoted(blob.getName() ?? name)}\r\nContent-Type: ${type}\r\n\r\n${kit.dataOf(blob)}`;
  };
  const multipart = (fields) => {
    const parts = Object.keys(fields).map((name) => part(name, fields[name]));
    let boundary = "----FormBoundary";
    while (parts.some((text) => text.includes(boundary))) boundary += "x";
    const data = `--${boundary}\r\n${parts.join(`\r\n--${boundary}\r\n`)}\r\n--${boundary}--\r\n`;
    return { data, type: `multipart/form-data; boundary=${boundary}` };
  };
  // What is sent: a text, or bytes as latin1 `data`.
  const body = (payload) => {
    if (typeof payload !== "object") return { text: String(payload), type: FORM };
    if (kit.isBytes(payload)) return { data: kit.latin1(payload), type: FORM };
    if (kit.isBlobSource(payload)) {
      const blob = kit.blobOf(payload);
      return { data: kit.dataOf(blob), type: blob.getContentType() ?? FORM };
    }
    return Object.values(payload).some(kit.isBlobSource) ? multipart(payload) : { text: form(payload), type: FORM };
  };
  // Bytes travel as text where they are text.
  const sent = ({ text, data }) => {
    if (text !== undefined) return { payload: text };
    return kit.isUtf8(data) ? { payload: kit.fromUtf8(data) } : { payloadBase64: kit.toBase64(data) };
  };

  const request = (url, given) => {
    const options = given ?? {};
    const method = String(options.method ?? "get").toLowerCase();
    if (!METHODS.includes(method)) throw invalid("method");
    const asked = {
      url: addressed(url, options.escaping ?? true),
      method: method.toUpperCase(),
      headers: headersOf(options.headers ?? {}),
      muteHttpExceptions: Boolean(options.muteHttpExceptions ?? false),
      followRedirects: Boolean(options.followRedirects ?? true),
    };
    const { payload, contentType } = options;
    const has = (value) => value !== undefined && value !== null;
    if (has(contentType)) asked.contentType = String(contentType);
    if (!has(payload)) return asked;
    const carried = body(payload);
    const typed = Object.keys(asked.headers).some((name) => name.toLowerCase() === "content-type");
    if (!typed && carried.type !== FORM) asked.contentType ??= carried.type;
    return Object.assign(asked, sent(carried));
  };
  const shown = (url, options) => {
    const { method, headers, contentType, followRedirects, payload, payloadBase64, ...asked } = request(url, options);
    const given = payloadBase64 ? kit.signed(kit.fromBase64(payloadBase64)) : payload;
    const type = contentType ?? (given === undefined ? undefined : FORM);
    const rest = { headers, followRedirects, useIntranet: false };
    const certificates = { validateHttpsCertificates: Boolean(options?.validateHttpsCertificates ?? true) };
    const both = { url: asked.url, method: method.toLowerCase(), ...rest, ...certificates };
    return given === undefined ? both : { ...both, contentType: type, payload: given };
  };

  const fileName = (url, headers) => {
    const named = /filename="([^"]*)"/.exec(headers["Content-Disposition"] ?? "")?.[1];
    return named ?? (/^[^?#]*\/([^/?#]+)/.exec(url.replace(/^\w+:\/\/[^/?#]*/, ""))?.[1] || null);
  };
  const response = (url, { status, headers, body: text, bytes }) => {
    let held;
    const data = () => (held ??= bytes === undefined ? kit.toUtf8(text) : kit.fromBase64(bytes));
    const type = headers["Content-Type"];
    const declared = /charset="?([^";\s]+)/i.exec(type ?? "")?.[1];
    const read = (charset) => {
      const name = charset ?? declared;
      return name === undefined || /^utf-?8$/i.test(name) ? text : kit.decoded(data(), name);
    };
    const blob = () => kit.blobOfLatin1(data(), type?.split(";")[0].trim(), fileName(url, headers));
    const object = kit.object("UrlFetchApp.HTTPResponse", {
      getResponseCode: [[], () => status],
      getContentText: [[], ["string"], read],
      getContent: [[], () => kit.signed(data())],
      getBlob: [[], blob],
      getAs: [["string"], (wanted) => kit.converted(blob(), wanted)],
      getHeaders: [[], () => ({ ...headers })],
      getAllHeaders: [[], () => ({ ...headers })],
    });
    object.toString = () => read();
    return object;
  };

  kit.global("UrlFetchApp", () => {
    const fetch = (url, options) => {
      const asked = request(url, options);
      return response(asked.url, kit.ask("UrlFetch", "fetch", { request: asked }));
    };
    const fetchAll = (items) => {
      const requests = items.map((item) => (typeof item === "string" ? request(item) : request(item?.url, item)));
      return kit.ask("UrlFetch", "fetchAll", { requests }).map((one, at) => response(requests[at].url, one));
    };
    return kit.object("UrlFetchApp", {
      fetch: [["string"], ["string", "object"], fetch],
      fetchAll: [["array"], fetchAll],
      getRequest: [["string"], ["string", "object"], shown],
    });
  });
})
