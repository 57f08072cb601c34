/**
 * @file What addon.toml says. The only rendered file: change addon.toml and
 * run "confsync render", nothing here.
 */

/** The add-on, its solutions, and how the conferencing service is spoken to. */
const CONFIG = {
  "addOn": {"name": "Ann's \"Calls\" <\/script> & <\u0021-- more"},
  "solutions": [
    {
      "id": "web",
      "name": "Видеовстреча \\ \"Плюс\" */ 会议 🎥",
      "onCreateFunction": "createWebConference",
      "settings": {}
    },
    {
      "id": "recorded-calls_v2",
      "name": "`${Recorded}` {{ call }} {% x %}",
      "onCreateFunction": "createRecordedCallsV2Conference",
      "settings": {
        "recording": true,
        "label": "a\u2028b\u2029c<\/script>",
        "size": 3,
        "tags": ["x", {"deep": "'"}]
      }
    }
  ],
  "sync": {
    "graceMinutes": 0,
    "unsavedGraceMinutes": 1440,
    "pruneMinutes": 1440
  },
  "eventFields": ["end", "recurrence", "start", "summary", "visibility"],
  "provider": {
    "id": "awkward",
    "name": "Awkward",
    "baseUrl": "https://calls.example:8443/v1",
    "joinHosts": ["*.calls.example", "calls.example"],
    "auth": {
      "kind": "header",
      "name": "X-Key",
      "value": {"text": ["v1 ", {"path": ["secret", "key_1"]}]}
    },
    "event": {"privateTitle": "Занято\u2028"},
    "operations": {
      "create": {
        "method": "PUT",
        "path": [
          "rooms",
          {"text": ["x-", {"path": ["conference", "id"]}]},
          "$events"
        ],
        "query": {
          "a b": {"path": ["event", "start"], "formatters": [["date"]]},
          "10": "{literal}"
        },
        "headers": {"Accept": "application/json"},
        "body": {
          "object": {
            "path": {
              "path": ["event", "title"],
              "optional": true,
              "formatters": [["trunc", 20], ["default", "\"\u2028<\/script>"]]
            },
            "list": {
              "list": [
                {"path": ["event", "recurrence"], "optional": true},
                {
                  "object": {
                    "path": {"path": ["solution", "label"], "optional": true}
                  }
                },
                1,
                false
              ]
            },
            "when": {
              "object": {
                "from": {"path": ["event", "start"], "formatters": [["utc"]]},
                "to": {"path": ["event", "end"], "formatters": [["epoch"]]}
              }
            }
          }
        },
        "success": [200, 201],
        "conflict": [
          {
            "status": 400,
            "json": ["errors", 0, "code"],
            "in": ["taken", 3001, true],
            "text": "<\/script>"
          }
        ],
        "onConflict": "error"
      },
      "update": {
        "method": "POST",
        "path": ["rooms", {"text": [{"path": ["conference", "id"]}]}],
        "body": {
          "object": {
            "title": {
              "path": ["event", "title"],
              "formatters": [["default", "—"]]
            },
            "tags": {"path": ["solution", "tags"], "optional": true}
          }
        },
        "nullWhenMissing": ["tags"],
        "success": [200]
      },
      "delete": {
        "method": "DELETE",
        "path": ["rooms", {"text": [{"path": ["conference", "id"]}]}],
        "success": [204],
        "gone": [{"status": 404}]
      }
    },
    "response": {
      "id": {"path": ["resp", "room", "id"], "formatters": [["string"]]},
      "entryPoints": [
        {
          "type": "VIDEO",
          "if": [
            {"path": ["resp", "links", 0]},
            {"path": ["resp", "closed"], "not": true}
          ],
          "uri": {"path": ["resp", "links", 0, "url"]}
        },
        {
          "type": "PHONE",
          "uri": {
            "text": ["tel:", {"path": ["resp", "phone"], "optional": true}]
          },
          "feature": {
            "path": ["resp", "kind"],
            "optional": true,
            "formatters": [["map", {"f": "TOLL_FREE", "t o": "TOLL"}]]
          }
        }
      ],
      "notes": {
        "text": ["<b>", {"path": ["resp", "notes"], "optional": true}, "<\/b>"]
      },
      "params": {
        "room's": {"path": ["resp", "room", "id"], "formatters": [["string"]]}
      }
    },
    "errors": {
      "auth": [{"status": 401}],
      "retry": {
        "statuses": [408, 423, 425, 429, 500, 502, 503, 504],
        "baseMs": 60000
      }
    }
  }
};

/** What an event does to the links of its conference; Note.js reads it. */
const NOTE_TABLE = {};

/**
 * Calendar calls this when somebody chooses the solution "web".
 * @param {Object} arg eventData holds calendarId and eventId.
 * @return {ConferenceData} What Calendar puts into the event.
 */
function createWebConference(arg) {
  return createConference(arg, "web");
}

/**
 * Calendar calls this when somebody chooses the solution "recorded-calls_v2".
 * @param {Object} arg eventData holds calendarId and eventId.
 * @return {ConferenceData} What Calendar puts into the event.
 */
function createRecordedCallsV2Conference(arg) {
  return createConference(arg, "recorded-calls_v2");
}
