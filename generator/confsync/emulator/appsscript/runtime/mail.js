// MailApp: nobody gets a mail, but who would get one is counted, and the call is in the trace.
(function (kit) {
  "use strict";
  const TEXTS = ["to", "cc", "bcc", "replyTo", "name", "subject", "body", "htmlBody"];

  const sendEmail = (message) => {
    const sent = {};
    for (const name of TEXTS) if ((message[name] ?? null) !== null) sent[name] = String(message[name]);
    if (message.noReply) sent.noReply = true;
    const attached = (message.attachments ?? []).map((source) => kit.blobOf(source).getName());
    if (attached.length) sent.attachments = attached;
    kit.ask("MailApp", "sendEmail", { message: sent });
  };

  kit.global("MailApp", () =>
    kit.object("MailApp", {
      getRemainingDailyQuota: [[], () => kit.ask("MailApp", "getRemainingDailyQuota")],
      sendEmail: [
        ["object"],
        ["string", "string", "string"],
        ["string", "string", "string", "object"],
        ["string", "string", "string", "string"],
        (...given) => {
          const [to, ...rest] = given;
          if (given.length === 1) return sendEmail(to ?? {});
          if (given.length === 4 && typeof given[3] === "string") {
            return sendEmail({ to, replyTo: given[1], subject: given[2], body: given[3] });
          }
          const [subject, body, options] = rest;
          return sendEmail({ ...options, to, subject, body });
        },
      ],
    }),
  );
})
