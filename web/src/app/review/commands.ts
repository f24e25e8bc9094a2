/** The commands of a review: looking at answers, and deciding. */
import { type Command, type Mode, type ReviewPage, command } from "../command/command";
import type { CommandId } from "../strings/commands";

const reviews = (
  id: CommandId,
  keys: readonly string[],
  modes: readonly Mode[],
  run: (page: ReviewPage) => void,
): Command =>
  command(id, {
    keys,
    group: "review",
    modes,
    once: true,
    run: ({ review }) => {
      if (review !== null) run(review);
    },
  });

const LOOKS = Array.from({ length: 10 }, (_, index) =>
  reviews(`review.look_${index}` as CommandId, [String(index)], ["look"], (page) => page.show(index)),
);

export const REVIEW_COMMANDS: readonly Command[] = [
  ...LOOKS,
  reviews("review.compare", ["C"], ["look"], (page) => page.compare()),
  reviews("review.object_next", ["N"], ["look"], (page) => page.selectNext(1)),
  reviews("review.object_previous", ["Shift+N"], ["look"], (page) => page.selectNext(-1)),
  reviews("review.comment", ["M"], ["look"], (page) => page.comment()),
  reviews("review.guide", ["G"], ["look", "fix"], (page) => page.guide()),
  reviews("review.list", ["L"], ["look"], (page) => page.list()),
  reviews("review.accept", ["A"], ["look"], (page) => page.accept()),
  reviews("review.fix", ["F"], ["look"], (page) => page.fix()),
  reviews("review.reject", ["X"], ["look"], (page) => page.reject()),
  command("review.submit_fix", {
    keys: ["Enter", "Ctrl+Enter"],
    group: "review",
    modes: ["fix"],
    when: ["!drawing"],
    once: true,
    whileTyping: true,
    run: ({ review }) => review?.submitFix(),
  }),
  reviews("review.stop_fixing", ["Shift+Escape"], ["fix"], (page) => page.stopFixing()),
];
