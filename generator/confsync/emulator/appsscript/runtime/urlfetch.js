// UrlFetchApp.
(function (kit) {
  "use strict";

  const form = (fields) =>
    Object.keys(fields)
      .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(String(fields[name]))}`)
      .join("&")
      .replace(/%20/g, "+");
  const payloadText = (payload) => {
    if (typeof payload !== "object") return String(payload);
    if (Array.isArray(payload)) return kit.fromUtf8(kit.latin1(payload));
    return kit.blobs.has(payload) ? payload.getDataAsString() : form(payload);
  };

  const request = (url, options) => {
    const headers = {};
    for (const name of Object.keys(options.headers ?? {})) headers[name] = String(options.headers[name]);
    const asked = {
      url: String(url),
      method: String(options.method ?? "get").toUpperCase(),
      headers,
      muteHttpExceptions: options.muteHttpExceptions ?? false,
      followRedirects: options.followRedirects ?? true,
    };
    const { payload, contentType } = options;
    if (payload !== undefined && payload !== null) asked.payload = payloadText(payload);
    if (contentType !== undefined && contentType !== null) asked.contentType = String(contentType);
    return asked;
  };

  const response = ({ status, headers, body }) => {
    const object = kit.object("UrlFetchApp.HTTPResponse", {
      getResponseCode: [[], () => status],
      getContentText: [[], ["string"], () => body],
      getContent: [[], () => kit.signed(kit.toUtf8(body))],
      getBlob: [[], () => kit.blob(kit.signed(kit.toUtf8(body)), headers["Content-Type"] ?? null, null)],
      getHeaders: [[], () => ({ ...headers })],
      getAllHeaders: [[], () => ({ ...headers })],
    });
    object.toString = () => body;
    return object;
  };

  kit.global("UrlFetchApp", () => {
    const one = (item) => (typeof item === "string" ? request(item, {}) : request(item.url, item));
    return kit.object("UrlFetchApp", {
      fetch: [
        ["string"],
        ["string", "object"],
        (url, options) => response(kit.ask("UrlFetch", "fetch", { request: request(url, options ?? {}) })),
      ],
      fetchAll: [["array"], (items) => kit.ask("UrlFetch", "fetchAll", { requests: items.map(one) }).map(response)],
      getRequest: [["string"], ["string", "object"], (url, options) => request(url, options ?? {})],
    });
  });
})
