// Sends what clasp asks of Google to the local Google; loaded into it with `node --import`.
//
// clasp has no setting for addresses, and all that it asks goes through https.request.
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

const { url, hosts } = JSON.parse(process.env.LOCAL_GOOGLE);

https.request = (target, options, answered) => {
  const { hostname, pathname, search } = new URL(target);
  if (!(hostname in hosts)) throw new Error(`the local Google does not answer for ${hostname}`);
  const path = hosts[hostname] + pathname + search;
  return http.request(url, { ...options, agent: undefined, path }, answered);
};
globalThis.fetch = (target) => {
  throw new Error(`clasp asks ${target} by fetch, which is not redirected`);
};
syncBuiltinESMExports();
