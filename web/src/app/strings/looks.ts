/** What the list of tasks worth a look says. */
export const looks = {
  title: "Worth a look",
  lead: "What may be reviewed, by how many wrong answers one expert look is expected to put right.",
  keys: "Arrow keys go from item to item, Enter opens one.",
  item: "Item",
  doubts: "What is doubted",
  answered: "the answer",
  sure: (share: string) => `${share} sure`,
  answers: "Answers",
  worth: "Puts right",
  worthOf: (value: number) => value.toFixed(2),
  sent: "Sent to review; nothing is known of its answers yet.",
  considered: (n: number) =>
    `The ${n.toLocaleString("en")} least sure tasks were weighed; there are surer ones besides.`,
  emptyTitle: "Nothing is worth a look",
  empty:
    "Whatever may be reviewed is surer than a look would make it, or it was answered by you or is looked at by somebody else.",
  any: "Review the next one",
  all: "All that is worth a look",
  review: "Review it",
};
