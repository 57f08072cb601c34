/**
 * @file The add-on's card: what is in step, what is not, and what the user can
 * say about deletions that are held back. It shows counts, times and the ids of
 * the user's own calendars, nothing else.
 */

/** Of the 30 seconds that the platform gives a button. */
const BUTTON_BUDGET_MS = 8000;
/** Of each kind of trouble with calendars, the card names so many. */
const CALENDARS_SHOWN = 10;

/**
 * Shows how the user's conferences are; the manifest names it.
 * @return {Card}
 */
function showHome() {
  return homeCard_(readStore_(), nowMinutes_(), messages_());
}

/**
 * Deletes the conferences that are held back.
 * @return {ActionResponse}
 */
function deleteNow() {
  return takeWord_("delete");
}

/**
 * Keeps the conferences that are held back for ever.
 * @return {ActionResponse}
 */
function keepConferences() {
  return takeWord_("keep");
}

/**
 * Writes down what the user says about the conferences that are held back now,
 * and begins to do it; whoever syncs next goes on. Only the holder of the lock
 * writes records, so nothing is written here but the word.
 * @param {string} verb
 * @return {ActionResponse} The card as it is then.
 */
function takeWord_(verb) {
  const store = readStore_();
  const held = heldBack_(store, nowMinutes_());
  if (held.length) {
    const until = Math.max(...held.map((each) => store.records.get(each).due));
    PropertiesService.getUserProperties()
      .setProperties({ word: JSON.stringify([verb, until]) });
    beginHeeding_(syncedCalendars_(store).slice(0, 1));
  }
  return CardService.newActionResponseBuilder().setNavigation(
    CardService.newNavigation().updateCard(showHome())).build();
}

/**
 * Syncs as far as the time allows. If somebody else holds the lock, the
 * calendar's flag makes them look at the word.
 * @param {string[]} calendars
 */
function beginHeeding_(calendars) {
  const run = startRun_(BUTTON_BUDGET_MS);
  try {
    syncRun_(run, calendars);
  } catch (err) {
    report_(run, "ERROR", "the user's word is not heeded yet", "", err.message);
  }
}

/**
 * Returns the card; two lines when all is well.
 * @param {Object} store
 * @param {number} now
 * @param {Object<string, string>} texts
 * @return {Card}
 */
function homeCard_(store, now, texts) {
  const section = CardService.newCardSection();
  const lines = countLines_(store, now, texts)
    .concat(calendarLines_(store, now, texts), heldLines_(store, now, texts));
  for (const line of lines) {
    section.addWidget(CardService.newTextParagraph().setText(line));
  }
  if (heldBack_(store, now).length) {
    section.addWidget(CardService.newButtonSet()
      .addButton(wordButton_(texts.deleteNow, "deleteNow"))
      .addButton(wordButton_(texts.keep, "keepConferences")));
  }
  return CardService.newCardBuilder().addSection(section).build();
}

/**
 * Returns a button by which the user gives word.
 * @param {string} label
 * @param {string} handler
 * @return {TextButton}
 */
function wordButton_(label, handler) {
  return CardService.newTextButton().setText(label).setOnClickAction(
    CardService.newAction().setFunctionName(handler)
      .setLoadIndicator(CardService.LoadIndicator.SPINNER));
}

/**
 * Returns what is said of all conferences: how many are in step and when that
 * was last looked at, then what is not as it should be.
 * @param {Object} store
 * @param {number} now
 * @param {Object<string, string>} texts
 * @return {string[]}
 */
function countLines_(store, now, texts) {
  const counts = { inStep: 0, waiting: 0, unsaved: 0, refused: 0, ended: 0 };
  for (const record of store.records.values()) counts[state_(record, now)] += 1;
  const [succeeded, failed, what] = store.health.length ? store.health :
    [0, 0, ""];
  const lines = [filled_(texts.inStep, [counts.inStep]), succeeded ?
    filled_(texts.checked, [duration_(texts, now - succeeded)]) :
    texts.notChecked];
  if (failed > succeeded) {
    lines.push(filled_(texts.failed, [duration_(texts, now - failed), what]));
  }
  for (const state of ["waiting", "unsaved", "refused"]) {
    if (counts[state]) lines.push(filled_(texts[state], [counts[state]]));
  }
  return lines;
}

/**
 * Returns how a conference is: the name of a count.
 * @param {ConferenceRecord} record
 * @param {number} now
 * @return {string}
 */
function state_(record, now) {
  const wanted = wantedOf_(record);
  if (wanted && record.lost[0] === wanted) return "refused";
  if (record.notBefore > now || decide_(record, now) === "update") {
    return "waiting";
  }
  if (!record.links.length) return "ended";
  return wanted ? "inStep" : "unsaved";
}

/**
 * Returns what is said of calendars that do not answer, and of those with
 * meetings that found no room.
 * @param {Object} store
 * @param {number} now
 * @param {Object<string, string>} texts
 * @return {string[]}
 */
function calendarLines_(store, now, texts) {
  const synced = syncedCalendars_(store);
  const unreachable = store.calendars.filter(
    (calendar) => calendar.unreachable && synced.includes(calendar.id));
  const partial = store.calendars.filter((calendar) => calendar.partial);
  return unreachable.slice(0, CALENDARS_SHOWN)
    .map((calendar) => filled_(texts.unreachable,
      [calendar.id, duration_(texts, now - calendar.unreachable)]))
    .concat(partial.slice(0, CALENDARS_SHOWN).map((calendar) =>
      filled_(texts.partial, [calendar.id, day_(calendar.partial)])));
}

/**
 * Returns what is said of deletions: the user's word that is being done, and
 * what is held back until when.
 * @param {Object} store
 * @param {number} now
 * @param {Object<string, string>} texts
 * @return {string[]}
 */
function heldLines_(store, now, texts) {
  const lines = [];
  const meant = meantByWord_(store);
  if (meant.length) {
    lines.push(filled_(store.word[0] === "keep" ? texts.keeping :
      texts.deleting, [meant.length]));
  }
  const held = heldBack_(store, now);
  if (held.length) {
    const soonest = Math.min(...held.map((each) =>
      store.records.get(each).due));
    lines.push(filled_(texts.held, [held.length,
      duration_(texts, soonest + BRAKE_MINUTES - now)]));
  }
  return lines;
}
