/**
 * @file Requests to the conferencing service, and what its answers mean, by
 * CONFIG.provider. Pure: Sync.js and Create.js send what is made here.
 * Mirrors providers/interpreter.py of confsync, function by function.
 */

const LONGEST_WAIT_MS_ = 3600000;

const MONTHS_ = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
  "Oct", "Nov", "Dec"];

const HTTP_DATE_ =
  /, (\d\d) ([A-Z][a-z]{2}) ([1-9]\d{3}) (\d\d):(\d\d):(\d\d) GMT$/;

const ENTRY_POINT_CODES_ = ["meetingCode", "accessCode", "passcode",
  "password", "pin", "regionCode"];

const ENTRY_POINT_LINKS_ = {
  VIDEO: /^https:\/\/([A-Za-z0-9.-]+)(?::[0-9]+)?(?:[/?#][!-~]*)?$/,
  PHONE: /^tel:[!-~]+$/,
  SIP: /^sips?:[!-~]+$/,
  MORE: /^https?:\/\/[!-~]+$/,
};

/**
 * The request of an operation, as UrlFetchApp.fetchAll takes it.
 * @param {Object} provider CONFIG.provider.
 * @param {string} name create, update, delete or get.
 * @param {Object} context What placeholders may name.
 * @return {Object}
 */
function operationRequest_(provider, name, context) {
  const operation = provider.operations[name];
  const request = {
    url: requestUrl_(provider, operation, context),
    method: operation.method,
    headers: requestHeaders_(provider, operation, context),
    muteHttpExceptions: true,
    followRedirects: false,
  };
  const body = operationBody_(provider, name, context);
  if (body !== null) {
    request.payload = canonicalJson_(body);
    request.contentType = "application/json";
  }
  return request;
}

/** The JSON that an operation sends, or null: what the service must hold. */
function operationBody_(provider, name, context) {
  const operation = provider.operations[name];
  if (operation.body === undefined) return null;
  const body = renderNode_(operation.body, context);
  for (const key of operation.nullWhenMissing || []) {
    if (lookUp_(body, [key]) === null) body[key] = null;
  }
  if (name === "update" && provider.occurrence) {
    body[provider.occurrence.member] = (context.occurrences || []).map((each) =>
      renderNode_(provider.occurrence.body,
        Object.assign({}, context, { occurrence: each })));
  }
  return body;
}

/**
 * What an answer means; status 0 is no answer.
 * @return {{kind: string, response: *}} kind is ok, gone, conflict, auth,
 *   retry or refused.
 */
function operationOutcome_(provider, name, status, bodyText) {
  const operation = provider.operations[name];
  const response = parseJson_(bodyText);
  const met = (matches) => (matches || [])
    .some((match) => matches_(match, status, response, bodyText));
  let kind = "refused";
  if (operation.success.includes(status)) {
    kind = "ok";
  } else if (met(operation.gone)) {
    kind = "gone";
  } else if (met(operation.conflict)) {
    kind = "conflict";
  } else if (met(provider.errors.auth)) {
    kind = "auth";
  } else if (status === 0 || provider.errors.retry.statuses.includes(status)) {
    kind = "retry";
  }
  return {kind: kind, response: response};
}

/**
 * The conference that an answer (context.resp) describes, within Calendar's
 * limits.
 * @return {{id: string, entryPoints: Object[], parameters: Object}} and notes.
 */
function conferenceOf_(provider, context) {
  const response = provider.response;
  const conference = {
    id: textWithin_(response.id, context, 512, "the conference id"),
    entryPoints: response.entryPoints
      .map((declared) => entryPointOf_(provider, declared, context))
      .filter((point) => point !== null),
    parameters: {},
  };
  if (conference.entryPoints.every((one) => one.entryPointType === "MORE")) {
    throw unrenderable_("the answer gives no way to join");
  }
  for (const key of Object.keys(response.params || {})) {
    conference.parameters[key] =
      textWithin_(response.params[key], context, 1024, `the parameter ${key}`);
  }
  const notes = optionalText_(response.notes, context);
  if (notes !== null && Array.from(notes).length <= 2048) {
    conference.notes = notes;
  }
  return conference;
}

/** The names of the secrets that requests need, sorted. */
function secretNames_(provider) {
  const parts = provider.auth.kind === "none" ? [] : provider.auth.value.text;
  const names = parts.filter(isObject_).map((part) => part.path[1]);
  return Array.from(new Set(names)).sort();
}

/**
 * Milliseconds to wait after a failure, an hour at most.
 * @param {number} attempt The failures so far, from 1.
 */
function retryAfter_(provider, status, headers, nowMs, attempt) {
  const asked = status === 0 ? null : askedWait_(headers, nowMs);
  const backoff = provider.errors.retry.baseMs
    * 2 ** Math.max(0, Math.min(attempt - 1, 30));
  const wait = asked === null ? backoff : asked;
  return Math.max(0, Math.min(wait, LONGEST_WAIT_MS_));
}

function requestUrl_(provider, operation, context) {
  const path = operation.path.map((part) => `/${pathPart_(part, context)}`);
  const pairs = [];
  for (const name of Object.keys(operation.query || {}).sort()) {
    const value = optionalText_(operation.query[name], context);
    if (value !== null) {
      pairs.push(`${percentEncode_(name)}=${percentEncode_(value)}`);
    }
  }
  const query = pairs.length === 0 ? "" : `?${pairs.join("&")}`;
  return provider.baseUrl + path.join("") + query;
}

function pathPart_(node, context) {
  if (typeof node === "string") return node;
  let plain = "";
  let encoded = "";
  for (const part of node.text) {
    const text = textOf_(renderNode_(part, context));
    plain += text;
    encoded += typeof part === "string" ? text : percentEncode_(text);
  }
  if (["", ".", ".."].includes(plain)) {
    throw unrenderable_(`"${plain}" cannot be a part of a path`);
  }
  return encoded;
}

function requestHeaders_(provider, operation, context) {
  const nodes = Object.assign({}, operation.headers);
  if (provider.auth.kind !== "none") {
    nodes[provider.auth.name] = provider.auth.value;
  }
  const headers = {};
  for (const name of Object.keys(nodes).sort()) {
    const value = optionalText_(nodes[name], context);
    if (value === null) continue;
    if (!/^[!-~](?:[ -~]*[!-~])?$/.test(value)) {
      throw unrenderable_(
        `the value of the header ${name} is not plain ASCII text`);
    }
    headers[name] = value;
  }
  return headers;
}

function matches_(match, status, response, bodyText) {
  if (match.status !== undefined && match.status !== status) return false;
  if (match.text !== undefined && !bodyText.includes(match.text)) return false;
  if (match.json === undefined) return true;
  const found = lookUp_(response, match.json);
  return match.in === undefined ? found !== null : match.in.includes(found);
}

function entryPointOf_(provider, declared, context) {
  const conditions = declared.if || [];
  if (!conditions.every((one) => holds_(one, context))) return null;
  const uri = optionalText_(declared.uri, context);
  if (uri === null) return null;
  if (!isLink_(declared.type, uri, provider.joinHosts)) {
    throw unrenderable_(`the ${declared.type} link of the answer is not one `
      + "that Calendar may show");
  }
  const point = {entryPointType: declared.type, uri: uri};
  for (const name of ENTRY_POINT_CODES_) {
    const code = optionalText_(declared[name], context);
    if (code !== null && Array.from(code).length <= 128) point[name] = code;
  }
  const feature = optionalText_(declared.feature, context);
  if (feature === "TOLL" || feature === "TOLL_FREE") point.feature = feature;
  return point;
}

function holds_(condition, context) {
  const value = lookUp_(context, condition.path);
  const absent = value === null || value === false || value === "";
  return absent === (condition.not || false);
}

function isLink_(kind, uri, joinHosts) {
  const found = ENTRY_POINT_LINKS_[kind].exec(uri);
  if (found === null || uri.length > 1300) return false;
  if (kind !== "VIDEO") return true;
  const host = found[1].toLowerCase();
  return joinHosts.some((name) => name.startsWith("*.")
    ? host.endsWith(name.slice(1)) : host === name);
}

function askedWait_(headers, nowMs) {
  for (const name of Object.keys(headers)) {
    if (name.toLowerCase() !== "retry-after") continue;
    const text = String(
      Array.isArray(headers[name]) ? headers[name][0] : headers[name]);
    const seconds = /^[ \t]*([0-9]{1,9})[ \t]*$/.exec(text);
    if (seconds) return Number(seconds[1]) * 1000;
    const date = HTTP_DATE_.exec(text);
    const month = date ? MONTHS_.indexOf(date[2]) : -1;
    if (month >= 0) {
      const time = [date[4], date[5], date[6]];
      return Date.UTC(date[3], month, date[1], ...time) - nowMs;
    }
  }
  return null;
}

function textWithin_(node, context, longest, what) {
  const text = optionalText_(node, context) || "";
  if (text === "" || Array.from(text).length > longest) {
    throw unrenderable_(
      `${what} is empty or longer than ${longest} characters`);
  }
  return text;
}
