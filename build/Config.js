/**
 * @file What addon.toml says. The only rendered file: change addon.toml and
 * run "confsync render", nothing here.
 */

/** The add-on, its solutions, and how the conferencing service is spoken to. */
const CONFIG = {
  "addOn": {"name": "My Conferences"},
  "solutions": [
    {
      "id": "web",
      "name": "My Web Conference",
      "onCreateFunction": "createWebConference",
      "settings": {}
    },
    {
      "id": "recorded",
      "name": "My Recorded Web Conference",
      "onCreateFunction": "createRecordedConference",
      "settings": {"recording": true}
    }
  ],
  "sync": {
    "graceMinutes": 1440,
    "unsavedGraceMinutes": 1440,
    "pruneMinutes": 43200
  },
  "eventFields": ["end", "recurrence", "start", "summary", "visibility"],
  "provider": {
    "id": "sample",
    "name": "Sample Conferences",
    "baseUrl": "https://conferences.example/v1",
    "joinHosts": ["conferences.example"],
    "auth": {
      "kind": "bearer",
      "name": "Authorization",
      "value": {"text": ["Bearer ", {"path": ["secret", "conferences_key"]}]}
    },
    "event": {"privateTitle": "Busy"},
    "operations": {
      "create": {
        "method": "POST",
        "path": ["conferences"],
        "body": {
          "object": {
            "id": {"path": ["conference", "id"]},
            "title": {
              "path": ["event", "title"],
              "formatters": [["default", "(no title)"], ["trunc", 200]]
            },
            "startTime": {"path": ["event", "start"], "formatters": [["utc"]]},
            "endTime": {"path": ["event", "end"], "formatters": [["utc"]]},
            "timeZone": {"path": ["event", "time_zone"]},
            "recurrence": {"path": ["event", "recurrence"], "optional": true},
            "recording": {"path": ["solution", "recording"], "optional": true}
          }
        },
        "success": [201],
        "conflict": [{"status": 409}],
        "onConflict": "get"
      },
      "update": {
        "method": "PATCH",
        "path": ["conferences", {"text": [{"path": ["conference", "id"]}]}],
        "body": {
          "object": {
            "title": {
              "path": ["event", "title"],
              "formatters": [["default", "(no title)"], ["trunc", 200]]
            },
            "startTime": {"path": ["event", "start"], "formatters": [["utc"]]},
            "endTime": {"path": ["event", "end"], "formatters": [["utc"]]},
            "timeZone": {"path": ["event", "time_zone"]},
            "recurrence": {"path": ["event", "recurrence"], "optional": true},
            "recording": {"path": ["solution", "recording"], "optional": true}
          }
        },
        "nullWhenMissing": ["recurrence"],
        "success": [200],
        "gone": [{"status": 404}, {"status": 410}]
      },
      "delete": {
        "method": "DELETE",
        "path": ["conferences", {"text": [{"path": ["conference", "id"]}]}],
        "success": [204],
        "gone": [{"status": 404}, {"status": 410}]
      },
      "get": {
        "method": "GET",
        "path": ["conferences", {"text": [{"path": ["conference", "id"]}]}],
        "success": [200],
        "gone": [{"status": 404}, {"status": 410}]
      }
    },
    "response": {
      "id": {"path": ["resp", "id"]},
      "entryPoints": [
        {"type": "VIDEO", "uri": {"path": ["resp", "joinUrl"]}},
        {
          "type": "PHONE",
          "if": [{"path": ["resp", "phone"]}],
          "uri": {"text": ["tel:", {"path": ["resp", "phone"]}]},
          "pin": {"path": ["resp", "pin"], "optional": true}
        }
      ]
    },
    "errors": {
      "auth": [{"status": 401}],
      "retry": {
        "statuses": [408, 425, 429, 500, 502, 503, 504],
        "baseMs": 60000
      }
    }
  }
};

/** What an event does to the links of its conference; Note.js reads it. */
const NOTE_TABLE = {
  "none": {
    "same": "link",
    "other": "ignore",
    "without": "ignore",
    "cancelled": "ignore"
  },
  "unsaved": {
    "same": "link",
    "other": "keep",
    "without": "keep",
    "cancelled": "keep"
  },
  "seen": {
    "same": "link",
    "other": "unlink",
    "without": "unlink",
    "cancelled": "unlink"
  }
};

/**
 * Calendar calls this when somebody chooses the solution "web".
 * @param {Object} arg eventData holds calendarId and eventId.
 * @return {ConferenceData} What Calendar puts into the event.
 */
function createWebConference(arg) {
  return createConference(arg, "web");
}

/**
 * Calendar calls this when somebody chooses the solution "recorded".
 * @param {Object} arg eventData holds calendarId and eventId.
 * @return {ConferenceData} What Calendar puts into the event.
 */
function createRecordedConference(arg) {
  return createConference(arg, "recorded");
}
