/** What the guide beside a task says. */
export const guide = {
  title: "Guide",
  example: "For example:",
  none: "Nobody has written what is meant yet.",
};
