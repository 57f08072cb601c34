/** The service as this user: everything about tokens is the library's. */
function getService_() {
  return OAuth2.createService('rooms')
    .setAuthorizationBaseUrl('https://conferences.example/oauth/authorize')
    .setTokenUrl('https://conferences.example/oauth/token')
    .setClientId('sample-client')
    .setClientSecret(PropertiesService.getScriptProperties().getProperty('CLIENT_SECRET'))
    .setCallbackFunction('authCallback')
    .setPropertyStore(PropertiesService.getUserProperties())
    .setCache(CacheService.getUserCache())
    .setLock(LockService.getUserLock())
    .setScope(['rooms.read', 'rooms.write']);
}

/** The user comes back from the provider. */
function authCallback(request) {
  const authorized = getService_().handleCallback(request);
  const page = HtmlService.createTemplate('<p><?= text ?></p><script>setTimeout(() => top.window.close(), 1);</script>');
  page.text = authorized ? `${Session.getEffectiveUser().getEmail()} is signed in. You can close this tab.` : 'Access was denied.';
  return page.evaluate().setTitle('Signed-in Rooms');
}

function api_(method, path, body) {
  const response = UrlFetchApp.fetch('https://conferences.example/v1/conferences' + path, {
    method: method,
    contentType: 'application/json',
    headers: { Authorization: 'Bearer ' + getService_().getAccessToken() },
    payload: body ? JSON.stringify(body) : null,
    muteHttpExceptions: true
  });
  const code = response.getResponseCode();
  if (code === 404 && method === 'delete') return null;
  if (code >= 400) throw new Error(`${method} ${path}: ${code} ${response.getContentText()}`);
  return code === 204 ? null : JSON.parse(response.getContentText());
}
