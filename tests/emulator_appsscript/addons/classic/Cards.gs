/** The home page: how the user stands with the service, or the request to sign in. */
function onHomepage(e) {
  if (!getApiKey_()) {
    CardService.newAuthorizationException()
      .setAuthorizationUrl(SIGN_UP)
      .setResourceDisplayName('Dialup Rooms')
      .setCustomUiCallback('askForKey')
      .throwException();
  }
  return overview_('You are connected.');
}

/** Calendar shows this instead of its own request to sign in. */
function askForKey() {
  var input = CardService.newTextInput().setFieldName('key').setTitle('API key').setHint('From your account page');
  var save = CardService.newTextButton()
    .setText('Connect')
    .setOnClickAction(CardService.newAction().setFunctionName('saveKey'));
  var section = CardService.newCardSection().addWidget(input).addWidget(save);
  var card = CardService.newCardBuilder()
    .setHeader(CardService.newCardHeader().setTitle('Connect Dialup Rooms'))
    .addSection(section)
    .build();
  return [card];
}

function saveKey(e) {
  var key = e.formInput && e.formInput.key;
  if (!key) {
    return CardService.newActionResponseBuilder()
      .setNotification(CardService.newNotification().setText('Please enter a key.'))
      .build();
  }
  PropertiesService.getUserProperties().setProperty('apiKey', key);
  return CardService.newActionResponseBuilder()
    .setNavigation(CardService.newNavigation().updateCard(overview_('Connected just now.')))
    .setNotification(CardService.newNotification().setText('Saved.'))
    .setStateChanged(true)
    .build();
}

function disconnect() {
  PropertiesService.getUserProperties().deleteProperty('apiKey');
  return CardService.newActionResponseBuilder()
    .setNavigation(CardService.newNavigation().updateCard(askForKey()[0]))
    .build();
}

function overview_(line) {
  var count = 0;
  var keys = PropertiesService.getUserProperties().getKeys();
  for (var i = 0; i < keys.length; i++) {
    if (keys[i].indexOf('room.') === 0) count++;
  }
  var text = CardService.newTextParagraph().setText(line + ' Rooms: ' + count + '.');
  var out = CardService.newTextButton()
    .setText('Disconnect')
    .setOnClickAction(CardService.newAction().setFunctionName('disconnect'));
  return CardService.newCardBuilder()
    .setHeader(CardService.newCardHeader().setTitle('Dialup Rooms'))
    .addSection(CardService.newCardSection().addWidget(text).addWidget(out))
    .build();
}
