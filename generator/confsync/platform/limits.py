"""How much Google takes: lengths and counts that both the generator and the local Google obey.

Sources: the reference of `ConferenceDataService`, the Apps Script quota page, the guide "Versions", and the wire schema
`ConferenceDataMarkup`.
"""

CONFERENCE_ID_LENGTH = 512
ENTRY_POINT_URI_LENGTH = 1300
ENTRY_POINT_CODE_LENGTH = 128
CONFERENCE_NOTES_LENGTH = 2048
CONFERENCE_PARAMETER_KEY_LENGTH = 50
CONFERENCE_PARAMETER_VALUE_LENGTH = 1024

# Of one script project; versions can only be deleted in the editor.
VERSIONS = 200
VERSIONED_DEPLOYMENTS = 20
