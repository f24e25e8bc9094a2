/** What the pages of people say: who is here, welcome, one's own account. */
export const people = {
  title: "People",
  lead: "Everyone and everything that labels here. Each one’s answers are weighed by how often they are right.",
  name: "Name",
  kind: "Kind",
  role: "Role",
  since: "Since",
  actions: "Actions",
  you: (name: string) => `${name} · you`,
  disabled: "no access",
  roleOf: (name: string) => `Role of ${name}`,
  newLink: "New link",
  newLinkFor: (name: string) => `New link for ${name}`,
  disable: "Take access away",
  restore: "Give access back",
  restoreFor: (name: string) => `Give access back to ${name}`,
  disableFor: (name: string) => `Take access away from ${name}`,
  disableTitle: (name: string) => `Take access away from ${name}?`,
  disableNote:
    "They are signed out at once. What they labelled stays, and still counts. A person can be let back in.",
  kinds: {
    person: "person",
    model: "model",
    function: "labelling function",
    llm: "language model",
  },
  roles: {
    labeler: "labeler: labels",
    reviewer: "reviewer: also reviews",
    manager: "manager: also runs projects and invites",
    admin: "admin: may do everything",
  },
  invite: {
    title: "Invite",
    email: "E-mail (if you know it)",
    submitPerson: "Make an invitation link",
    submitMachine: "Make an API key",
    link: (name: string) => `Link for ${name}`,
    linkNote: (until: string) =>
      `Send it to them: it signs in whoever opens it, once, until ${until}, and they may choose a new password. It is shown only now; a new link ends this one.`,
    key: (name: string) => `API key of ${name}`,
    keyNote: "Keep it where the program can read it. It is shown only now.",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected: copy it with your keyboard",
  },
};

export const welcome = {
  title: (name: string) => `Welcome, ${name}`,
  lead: "Choose a password, so that you can sign in again. The link you came by works only this once.",
  submit: "Choose password and begin",
  again:
    "You came by a link, so you may choose a new password without the old one. It signs you out everywhere else.",
  ready: "You are signed in, and you have a password.",
  go: "Go to the projects",
  keep: "Keep the password I have",
};

export const account = {
  title: "Your account",
  signedInAs: "You sign in as",
  noEmail: "no address yet",
  role: "Role",
  password: "Password",
  email: "E-mail to sign in by",
  current: "Current password",
  next: "New password",
  rule: "10 characters or more. A sentence is a good password.",
  choose: "Choose password",
  change: "Change password",
  changed: "The password is changed. You are signed out everywhere else.",
  out: "Sign out of this browser",
};
