/**
 * A small OAuth 2.0 client for authorization codes, with the surface that scripts expect of a library called OAuth2.
 */

/**
 * Creates a service.
 * @param {string} serviceName what tells it from the others of a script
 * @return {Service_}
 */
function createService(serviceName) {
  return new Service_(serviceName);
}

/**
 * Returns the address that providers send people back to.
 * @param {string} optScriptId of another script than this one
 * @return {string}
 */
function getRedirectUri(optScriptId) {
  return 'https://script.google.com/macros/d/' + (optScriptId || ScriptApp.getScriptId()) + '/usercallback';
}

var STORAGE_PREFIX_ = 'oauth2.';
