// The words of what can go wrong on purpose, in English.

export const faults = {
  faultsOnTitle: "Faults that are on",
  faultOf: (whose, what) => `${whose}: ${what}`,
  faultAtShop: (shop, what) => `Shop ${shop}: ${what}`,
  faultOfHook: (hook) => `System “${hook}”: fails`,
  shopFaultsThere: "Give the shop a bad day (in Faults)",
  faultsIntro: "For engineers: give LINE a bad day and see what the bot does. A fault stays on until it is switched off.",
  allWell: "Everything back to normal",
  faultSign: (names) => `Fault: ${names}`,
  faultGroups: { answer: "How LINE answers the bot", slow: "How slow LINE is", deliver: "How webhooks arrive" },
  faultNames: {
    none: "Normal",
    answer: { 500: "500 internal error", 429: "429 too many requests", quota: "Month's quota used up", token: "Access token expired" },
    slow: (seconds) => `${seconds} s slow`,
    deliver: { twice: "Each one twice", late: "Out of order" },
  },
  faultExpect: {
    answer: {
      500: "The bot tries again: a reply for 50 seconds, a push for 23 hours with the same retry key. Once this is off it arrives, never twice; what was too late is listed as failed.",
      429: "The bot waits and sends again: a reply for 50 seconds, a push for 23 hours. What was too late is listed as failed.",
      quota: "Pushes are not tried again and are listed as failed. Replies are free and still arrive.",
      token: "Each call gets 401. The bot fetches a new token and tries again; a fixed one has to be replaced by hand.",
    },
    slow: "Messages arrive all the same, only LINE answers late. Webhooks still get their 200 within 2 seconds and nobody else waits; what gets no answer is tried again, never sent twice.",
    deliver: { twice: "The bot knows the event's id and answers once.", late: "Two events of one person change places. Both are handled, none is lost." },
  },
  liffOf: (name) => `How pages open on ${name}'s phone (LIFF)`,
  liffFaults: {
    permission: "May not speak for the person", elsewhere: "Opened outside of a chat", computer: "Opened in LINE for PC", browser: "Opened in another browser",
    expired: "Sign-in has expired", stranger: "Not a friend yet", other: "Set through the JSON interface",
  },
  liffExpect: {
    permission: "The page cannot say its trigger; the result is pushed instead, once, within a minute.",
    elsewhere: "The page cannot say its trigger either; the result is pushed.",
    computer: "The page asks to go on with the phone, and shows a QR code.",
    browser: "The page asks to open it in LINE.",
    expired: "The page signs in again by itself; what was typed stays.",
    stranger: "LIFF says that the account is not a friend.",
    other: "“Normal” puts it back.",
  },
  smsGroup: "SMS with codes",
  smsFaults: { credit: "No credit left", number: "Number is refused", credentials: "Account is not known", silence: "Sent, but no answer" },
  smsExpect: {
    credit: "Page and chat say that no SMS can be sent just now; nothing is half bound. The bot hears of new credit within ten minutes.",
    number: "The flow hears code: failed, and people are told what the playbook says.",
    credentials: "The flow hears code: failed, and people are told what the playbook says; oaflow's own window says why.",
    silence: "The SMS arrives all the same, and no second one is sent.",
  },
  shopFaultGroups: { answer: "How the shop answers", slow: "How slow the shop is" },
  shopAnswers: { 500: "500 internal error", 429: "429 too many requests", credentials: "Does not know these credentials", permission: "Credentials without permission", "not-json": "A maintenance page instead of data" },
};
