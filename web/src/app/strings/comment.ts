/** What reviewers say to labelers, and how it is shown. */
export const comment = {
  title: "Comments",
  lead: "What reviewers said about your answers.",
  leadReviewer: "What reviewers said about answers in this project.",
  none: "Nobody has said anything yet.",
  add: "Comment",
  what: "What is to be said? Whoever gave the answer reads it.",
  about: "About",
  whole: "the whole answer",
  object: (what: string) => `what is selected: ${what}`,
  point: (x: number, y: number) => `the point ${x}, ${y}`,
  send: "Send",
  sent: "Sent.",
  withdraw: "Take back",
  withdrawn: "Taken back: nobody is shown it any more.",
  by: (name: string, when: string) => `${name}, ${when}`,
  picture: "The picture, with your outlines and the point that is meant",
};
