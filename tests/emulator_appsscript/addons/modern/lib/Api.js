class ApiError extends Error {
  constructor(status, { code = "unknown", message = "" } = {}) {
    super(`${code}: ${message}`);
    this.name = "ApiError";
    this.status = status;
  }

  get isGone() {
    return [404, 410].includes(this.status);
  }
}

class RoomApi {
  static get ROOT() {
    return "https://conferences.example/v1/conferences";
  }

  constructor({ key = PropertiesService.getScriptProperties().getProperty("PRISME_KEY"), fetch = (...given) => UrlFetchApp.fetch(...given) } = {}) {
    this.key = key;
    this.fetch = fetch;
  }

  send(method, path = "", body) {
    const response = this.fetch(`${RoomApi.ROOT}${path}`, {
      method,
      contentType: "application/json",
      headers: { Authorization: `Bearer ${this.key}`, Accept: "application/json" },
      muteHttpExceptions: true,
      ...(body && { payload: JSON.stringify(body) }),
    });
    const status = response.getResponseCode();
    const text = response.getContentText();
    if (status >= 400) throw new ApiError(status, JSON.parse(text)?.error);
    return text ? JSON.parse(text) : null;
  }

  create(room) {
    return this.send("post", "", room);
  }

  change(id, room) {
    return this.send("patch", `/${encodeURIComponent(id)}`, room);
  }

  remove(id) {
    try {
      this.send("delete", `/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!(error instanceof ApiError && error.isGone)) throw error;
    }
  }
}
