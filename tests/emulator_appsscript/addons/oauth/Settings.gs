function getSettingsUrl() {
  return ScriptApp.getService().getUrl();
}

/** The settings page. */
function doGet(e) {
  const template = HtmlService.createTemplateFromFile('SettingsPage');
  template.settings = getSettings_();
  template.signedIn = getService_().hasAccess();
  template.signInUrl = template.signedIn ? '' : getService_().getAuthorizationUrl({ from: 'settings' });
  return template.evaluate().setTitle('Settings of Signed-in Rooms').addMetaTag('viewport', 'width=device-width, initial-scale=1');
}

function include(name) {
  return HtmlService.createHtmlOutputFromFile(name).getContent();
}

function getSettings_() {
  return JSON.parse(PropertiesService.getUserProperties().getProperty('settings') || '{"recording": false, "prefix": ""}');
}

/** Called by the page. */
function saveSettings(form) {
  if (String(form.prefix || '').length > 20) throw new Error('The prefix is too long.');
  const settings = { recording: form.recording === 'on', prefix: form.prefix || '' };
  PropertiesService.getUserProperties().setProperty('settings', JSON.stringify(settings));
  return settings;
}

function signOut() {
  getService_().reset();
  return getService_().getAuthorizationUrl({ from: 'settings' });
}
