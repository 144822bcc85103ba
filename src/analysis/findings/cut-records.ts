import type { FindingRule } from "./finding-rule.ts";

export const cutRecords: FindingRule = {
  id: "cut-records",
  doc: "The run has more records than are read of one run: what is said of it rests on a part of them.",
  find({ input: { recordsCutAt } }) {
    if (recordsCutAt === undefined) return [];
    const most = recordsCutAt.toLocaleString("en-US");
    return [
      {
        message:
          `It has more than ${most} spans or events, and only so many were read: figures and views are of these. ` +
          "Give parts of the work run ids of their own (talea.run.id).",
        rows: [],
      },
    ];
  },
};
