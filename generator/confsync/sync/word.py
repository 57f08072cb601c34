"""The user's word about conferences whose deletion is held back; the card writes it, the holder of the lock does it.

Mirrors `Word.js`.
"""

from confsync.sync.decision import is_due_by
from confsync.sync.run import Run
from confsync.sync.saving import write_store
from confsync.sync.store import Store, remove_property, touch


def heed_word(run: Run) -> None:
    """Do what the user has said on the card.

    Conferences that are to be kept are forgotten without any request; those to be deleted go on their usual way.
    The word stands until there is nothing left that it is about.
    """
    store = run.store
    if not store.word:
        return
    if store.word[0] == "keep":
        for conference_id in meant_by_word(store):
            del store.records[conference_id]
            touch(store, conference_id)
        write_store(run)
    if meant_by_word(store):
        return
    store.word = []
    remove_property(run, "word")


def meant_by_word(store: Store) -> list[str]:
    """Return the ids of the conferences that the user's word is about."""
    if not store.word:
        return []
    return [
        conference_id
        for conference_id in sorted(store.records)
        if is_due_by(store.records[conference_id], store.word[1])
    ]
