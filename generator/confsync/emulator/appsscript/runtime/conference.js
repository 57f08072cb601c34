// ConferenceDataService: builders with the limits of the reference, and the JSON that Calendar receives.
(function (kit) {
  "use strict";
  const service = "ConferenceDataService";
  const SCHEMES = { VIDEO: /^https?:/i, MORE: /^https?:/i, PHONE: /^tel:/i, SIP: /^sips?:/i };
  const datas = kit.known("datas"); // what each builder object holds

  const ConferenceErrorType = kit.enumeration([
    "AUTHENTICATION",
    "CONFERENCE_SOLUTION_FORBIDDEN",
    "PERMANENT",
    "PERMISSION_DENIED",
    "TEMPORARY",
    "UNKNOWN",
  ]);
  const EntryPointType = kit.enumeration(["VIDEO", "PHONE", "MORE", "SIP"]);
  const EntryPointFeature = kit.enumeration(["UNKNOWN_FEATURE", "TOLL", "TOLL_FREE"]);

  const refuse = (message) => {
    throw kit.exception(message);
  };
  // Numbers, booleans and lists become text as in JavaScript; nothing given leaves the field unset.
  const text = (name, value, limit) => {
    if (value === undefined || value === null) return undefined;
    const string = String(value);
    return string.length > limit ? refuse(`${name} is too long: at most ${limit} characters are allowed.`) : string;
  };
  const member = (enumeration, name, value) => {
    const found = Object.values(enumeration).find((known) => known === value);
    return found ? found.toString() : refuse(`Invalid argument: ${name}`);
  };
  const setter = (data, object, field, limit) => [
    ["any"],
    (value) => {
      data[field] = text(field, value, limit);
      return object();
    },
  ];

  const builder = (owner, data, members) => {
    const object = kit.object(`${service}.${owner}`, members(() => object));
    datas.set(object, { owner, data });
    return object;
  };
  const held = (owner, value, complaint) => {
    const found = value === null ? undefined : datas.get(value);
    return found?.owner === owner ? found.data : refuse(complaint);
  };

  const checkEntryPoint = (data) => {
    if (!data.type) refuse("Invalid entry point: the entry point type is required.");
    if (!data.uri) refuse("Invalid entry point: the URI is required.");
    if (!SCHEMES[data.type].test(data.uri)) refuse(`Malformed URI for an entry point of type ${data.type}: ${data.uri}`);
    if (data.type !== "PHONE" && data.features) refuse("Features are only applicable to entry points of type PHONE.");
    if (data.type !== "PHONE" && data.regionCode) refuse("A region code is only applicable to entry points of type PHONE.");
  };
  const newEntryPoint = () => {
    const data = {};
    return builder("EntryPoint", data, (object) => ({
      setEntryPointType: [
        ["any"],
        (type) => {
          data.type = member(EntryPointType, "entryPointType", type);
          return object();
        },
      ],
      setUri: [
        ["any"],
        (uri) => {
          data.uri = text("uri", uri, 1300);
          if (!/^[a-z][a-z0-9+.-]*:\S+$/i.test(data.uri ?? "")) refuse(`Malformed URI: ${uri}`);
          return object();
        },
      ],
      addFeature: [
        ["any"],
        (given) => {
          const feature = member(EntryPointFeature, "feature", given);
          const features = [...(data.features ?? []), feature];
          if (features.includes("TOLL") && features.includes("TOLL_FREE")) refuse("TOLL and TOLL_FREE exclude each other.");
          data.features = features;
          return object();
        },
      ],
      setAccessCode: setter(data, object, "accessCode", 128),
      setMeetingCode: setter(data, object, "meetingCode", 128),
      setPasscode: setter(data, object, "passcode", 128),
      setPassword: setter(data, object, "password", 128),
      setPin: setter(data, object, "pin", 128),
      setRegionCode: setter(data, object, "regionCode", 128),
    }));
  };

  const newConferenceParameter = () => {
    const data = {};
    return builder("ConferenceParameter", data, (object) => ({
      setKey: setter(data, object, "key", 50),
      setValue: setter(data, object, "value", 1024),
    }));
  };

  const newConferenceError = () => {
    const data = {};
    return builder("ConferenceError", data, (object) => ({
      setConferenceErrorType: [
        ["any"],
        (type) => {
          data.type = member(ConferenceErrorType, "conferenceErrorType", type);
          return object();
        },
      ],
      setAuthenticationUrl: [
        ["any"],
        (url) => {
          data.authenticationUrl = text("authenticationUrl", url, 1800);
          if (!/^https?:\/\/\S+$/i.test(data.authenticationUrl ?? "")) refuse(`Malformed URL: ${url}`);
          return object();
        },
      ],
    }));
  };

  const count = (data, type) => data.entryPoints.filter((point) => point.type === type).length;
  const checkConferenceData = (data) => {
    if (data.error) return;
    const points = data.entryPoints ?? [];
    if (!points.length) refuse("Invalid conference data: at least one entry point is required.");
    for (const type of ["VIDEO", "SIP", "MORE"]) {
      if (count(data, type) > 1) refuse(`Invalid conference data: at most one entry point of type ${type} is allowed.`);
    }
    if (count(data, "MORE") === points.length) {
      refuse("Invalid conference data: an entry point of type MORE needs one of another type.");
    }
  };
  const addTo = (data, field, owner, check, complaint) => (value, object) => {
    const item = held(owner, value, complaint);
    check(item);
    const items = data[field] ?? [];
    if (items.length >= 300) refuse(`Too many ${field}: at most 300 are allowed.`);
    data[field] = [...items, { ...item }];
    return object;
  };

  const newConferenceDataBuilder = () => {
    const data = {};
    const addPoint = addTo(data, "entryPoints", "EntryPoint", checkEntryPoint, "Invalid entry point.");
    const checkParameter = ({ key, value }) => {
      if (key === undefined || value === undefined) refuse("Invalid conference parameter: key and value are required.");
    };
    const addParameter = addTo(data, "parameters", "ConferenceParameter", checkParameter, "Invalid conference parameter.");
    return builder("ConferenceDataBuilder", data, (object) => ({
      setConferenceId: setter(data, object, "conferenceId", 512),
      setConferenceSolutionId: setter(data, object, "conferenceSolutionId", 512),
      setNotes: setter(data, object, "note", 2048),
      addEntryPoint: [["any"], (point) => addPoint(point, object())],
      addConferenceParameter: [["any"], (parameter) => addParameter(parameter, object())],
      setError: [
        ["any"],
        (given) => {
          const error = held("ConferenceError", given, "Invalid conference error.");
          if (!error.type) refuse("Invalid conference error: the error type is required.");
          if (error.type === "AUTHENTICATION" && !error.authenticationUrl) {
            refuse("Invalid conference error: AUTHENTICATION needs an authentication URL.");
          }
          data.error = { ...error };
          return object();
        },
      ],
      build: [
        [],
        () => {
          checkConferenceData(data);
          const wire = JSON.stringify(data);
          const result = kit.object(`${service}.ConferenceData`, { printJson: [[], () => wire] });
          kit.built.set(result, () => ({
            createConferenceDataActionMarkup: { createConferenceData: JSON.parse(wire) },
          }));
          return result;
        },
      ],
    }));
  };

  kit.global(service, () =>
    kit.object(service, {
      ConferenceErrorType,
      EntryPointType,
      EntryPointFeature,
      newConferenceDataBuilder: [[], newConferenceDataBuilder],
      newConferenceError: [[], newConferenceError],
      newConferenceParameter: [[], newConferenceParameter],
      newEntryPoint: [[], newEntryPoint],
    }),
  );
})
