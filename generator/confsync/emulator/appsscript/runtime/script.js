// ScriptApp (triggers, authorization, enums) and Session.
(function (kit) {
  "use strict";
  const ask = (method, given) => kit.ask("ScriptApp", method, given);

  const AuthMode = kit.enumeration(["NONE", "CUSTOM_FUNCTION", "LIMITED", "FULL"]);
  const AuthorizationStatus = kit.enumeration(["REQUIRED", "NOT_REQUIRED"]);
  const EventType = kit.enumeration(["CLOCK", "ON_OPEN", "ON_EDIT", "ON_FORM_SUBMIT", "ON_CHANGE", "ON_EVENT_UPDATED"]);
  const TriggerSource = kit.enumeration(["SPREADSHEETS", "CLOCK", "FORMS", "DOCUMENTS", "CALENDAR"]);
  const WeekDay = kit.enumeration(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
  const InstallationSource = kit.enumeration(["APPS_MARKETPLACE_DOMAIN_ADD_ON", "NONE", "WEB_STORE_ADD_ON"]);
  kit.authMode = (name) => AuthMode[name];

  const made = kit.known("made");
  const trigger = (row) => {
    const object = kit.object("ScriptApp.Trigger", {
      getUniqueId: [[], () => row.uniqueId],
      getHandlerFunction: [[], () => row.handlerFunction],
      getEventType: [[], () => EventType[row.eventType]],
      getTriggerSource: [[], () => TriggerSource[row.triggerSource]],
      getTriggerSourceId: [[], () => row.triggerSourceId ?? null],
    });
    made.set(object, true);
    return object;
  };
  const create = (given) => trigger(ask("createTrigger", given));
  const triggers = () => ask("getProjectTriggers").map(trigger);

  const calendarTrigger = (handlerFunction, triggerSourceId) => {
    const builder = kit.object("ScriptApp.CalendarTriggerBuilder", {
      onEventUpdated: [[], () => builder],
      create: [[], () => create({ handlerFunction, triggerSource: "CALENDAR", triggerSourceId })],
    });
    return builder;
  };
  const CLOCK_RULES = {
    after: Number,
    at: (date) => date.getTime(),
    atHour: Number,
    nearMinute: Number,
    everyMinutes: Number,
    everyHours: Number,
    everyDays: Number,
    everyWeeks: Number,
    onWeekDay: String,
    onMonthDay: Number,
    inTimezone: String,
  };
  const clockTrigger = (handlerFunction) => {
    const rule = {};
    const members = { create: [[], () => create({ handlerFunction, triggerSource: "CLOCK", ...rule })] };
    for (const name of Object.keys(CLOCK_RULES)) {
      members[name] = [
        ["any"],
        (value) => {
          rule[name] = CLOCK_RULES[name](value);
          return builder;
        },
      ];
    }
    members.atDate = [
      ["number", "number", "number"],
      (year, month, day) => {
        rule.at = new Date(year, month - 1, day).getTime();
        return builder;
      },
    ];
    const builder = kit.object("ScriptApp.ClockTriggerBuilder", members);
    return builder;
  };
  const newTrigger = (handler) =>
    kit.object("ScriptApp.TriggerBuilder", {
      forUserCalendar: [["string"], (id) => calendarTrigger(String(handler), String(id))],
      timeBased: [[], () => clockTrigger(String(handler))],
    });
  const require = (mode, scopes) => {
    ask("requireScopes", { authMode: String(mode), scopes });
  };
  const authorizationInfo = (mode, wanted) => {
    const { required, url, scopes } = ask("getAuthorizationInfo", { authMode: String(mode), scopes: wanted });
    return kit.object("ScriptApp.AuthorizationInfo", {
      getAuthorizationStatus: [[], () => AuthorizationStatus[required ? "REQUIRED" : "NOT_REQUIRED"]],
      getAuthorizationUrl: [[], () => url ?? null],
      getAuthorizedScopes: [[], () => [...scopes]],
    });
  };

  const newStateToken = () => {
    const given = { arguments: {} };
    const builder = kit.object("ScriptApp.StateTokenBuilder", {
      withMethod: [["string"], (method) => changed(() => (given.method = String(method)))],
      withArgument: [
        ["string", "string"],
        (name, value) => changed(() => (given.arguments[String(name)] = String(value))),
      ],
      withTimeout: [["number"], (seconds) => changed(() => (given.timeout = Number(seconds)))],
      createToken: [[], () => ask("createStateToken", given)],
    });
    const changed = (change) => {
      change();
      return builder;
    };
    return builder;
  };
  const webApp = () => {
    const url = ask("getServiceUrl");
    return kit.object("ScriptApp.Service", { getUrl: [[], () => url], isEnabled: [[], () => Boolean(url)] });
  };

  kit.global("ScriptApp", () =>
    kit.object("ScriptApp", {
      AuthMode,
      AuthorizationStatus,
      EventType,
      InstallationSource,
      TriggerSource,
      WeekDay,
      newTrigger: [["string"], newTrigger],
      getProjectTriggers: [[], triggers],
      getScriptTriggers: [[], triggers],
      deleteTrigger: [
        [(value) => typeof value === "object" && made.has(value)],
        (old) => {
          ask("deleteTrigger", { uniqueId: old.getUniqueId() });
        },
      ],
      getUserTriggers: [() => undefined], // of documents, forms and spreadsheets, of which there are none
      getProjectKey: [[], () => ask("getProjectKey")],
      getScriptId: [[], () => ask("getScriptId")],
      getOAuthToken: [[], () => ask("getOAuthToken")],
      getIdentityToken: [[], () => ask("getIdentityToken") ?? null],
      getInstallationSource: [[], () => InstallationSource[ask("getInstallationSource")]],
      getService: [[], webApp],
      newStateToken: [[], newStateToken],
      invalidateAuth: [
        [],
        () => {
          ask("invalidateAuth");
        },
      ],
      requireAllScopes: [["any"], require],
      requireScopes: [["any", "array"], require],
      getAuthorizationInfo: [["any"], ["any", "array"], authorizationInfo],
    }),
  );

  kit.global("Session", () => {
    const user = (method) => {
      const { email } = kit.ask("Session", method);
      const object = kit.object("Session.User", {
        getEmail: [[], () => email],
        getUserLoginId: [[], () => email],
      });
      object.toString = () => email;
      return object;
    };
    return kit.object("Session", {
      getActiveUser: [[], () => user("getActiveUser")],
      getUser: [[], () => user("getActiveUser")],
      getEffectiveUser: [[], () => user("getEffectiveUser")],
      getActiveUserLocale: [[], () => kit.settings.locale],
      getScriptTimeZone: [[], () => kit.settings.timeZone],
      getTimeZone: [[], () => kit.settings.timeZone],
      getTemporaryActiveUserKey: [[], () => kit.ask("Session", "getTemporaryActiveUserKey")],
    });
  });
})
