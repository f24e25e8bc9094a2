/** What the page of a project's settings says. */
export const settings = {
  title: "Settings",
  name: "Name",
  access: "Who may label",
  accesses: {
    organization: "everyone in the organization",
    members: "members of this project only",
  },
  labels: "Answers for each item",
  least: "At least",
  most: "At most",
  target: "Enough when this sure, in %",
  targetNote:
    "An item gets more answers, up to the most, until its answer is this sure. Empty: every item gets exactly the least.",
  gold: "Checked items mixed in, in %",
  goldNote: "How often somebody gets an item whose answer is known. They cannot tell which.",
  secondLooks: "Second looks, in % of resolved items",
  secondLooksNote:
    "Answers that a model or a copy of the item speaks against go to a reviewer first, at most so many.",
  lease: "Time for an answer, in seconds",
  leaseNote: "After it, an item that was begun is given to somebody else. A late answer is kept.",
  blind: "Reviewers do not see whose an answer is",
  save: "Save",
  saved: "Saved.",
  members: {
    title: "Members",
    note: "Managers and admins need not be members.",
    none: "Nobody yet: no one but managers sees this project.",
    add: "Let in",
    who: "Who",
    nobodyLeft: "Everyone is a member.",
    remove: "Take out",
    removeName: (name: string) => `Take out ${name}`,
  },
};
