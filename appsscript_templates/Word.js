/**
 * @file The user's word about conferences whose deletion is held back; the card
 * writes it, the holder of the lock does it.
 * Mirrors sync/word.py of confsync, function by function.
 */

/**
 * Does what the user has said on the card. Conferences that are to be kept are
 * forgotten without any request; those to be deleted go on their usual way. The
 * word stands until there is nothing left that it is about.
 * @param {Object} run
 */
function heedWord_(run) {
  const store = run.store;
  if (!store.word.length) return;
  if (store.word[0] === "keep") {
    for (const conferenceId of meantByWord_(store)) {
      store.records.delete(conferenceId);
      touch_(store, conferenceId);
    }
    writeStore_(run);
  }
  if (meantByWord_(store).length) return;
  store.word = [];
  removeProperty_(run, "word");
}

/**
 * Returns the ids of the conferences that the user's word is about.
 * @param {Object} store
 * @return {string[]}
 */
function meantByWord_(store) {
  if (!store.word.length) return [];
  return Array.from(store.records.keys()).sort().filter((conferenceId) =>
    isDueBy_(store.records.get(conferenceId), store.word[1]));
}
