// Services of the platform that are not emulated: touching a member throws, by name.
(function (kit) {
  "use strict";
  const NAMES = [
    "AddOnsResponseService",
    "Browser",
    "Charts",
    "ContactsApp",
    "DataStudioApp",
    "DocumentApp",
    "DriveApp",
    "FormApp",
    "GmailApp",
    "GroupsApp",
    "Jdbc",
    "LanguageApp",
    "LinearOptimizationService",
    "Maps",
    "SlidesApp",
    "SpreadsheetApp",
    "SitesApp",
    "XmlService",
  ];
  for (const name of NAMES) kit.global(name, () => kit.missing(name));
})
