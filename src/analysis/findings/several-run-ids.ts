import type { FindingRule } from "./finding-rule.ts";

export const severalRunIds: FindingRule = {
  id: "several-run-ids",
  doc: "The senders gave one trace several run ids: the smallest was taken.",
  find({ input }) {
    const others = input.otherRunIds ?? [];
    if (others.length === 0) return [];
    const ids = [...others].sort().join(", ");
    return [
      {
        message: `Its traces also carry other run ids (${ids}): set talea.run.id once, at the start of the run.`,
        rows: [],
      },
    ];
  },
};
