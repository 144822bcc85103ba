import type { FindingRule } from "./finding-rule.ts";

export const repeatedCalls: FindingRule = {
  id: "call-reported-twice",
  doc: "Two spans side by side name the same response of a model: one call, told by two instrumentations. It counts once.",
  find({ run }) {
    if (run.repeatedCalls.length === 0) return [];
    const scopes = new Set<string>();
    for (const { kept, dropped } of run.repeatedCalls) {
      for (const row of [kept, dropped])
        scopes.add(run.columns.texts.text(run.columns.scope[row] as number) || "unknown");
    }
    const message =
      `${run.repeatedCalls.length} model calls are reported twice (by ${[...scopes].sort().join(" and ")}): ` +
      "each is counted once; switch one of the instrumentations off.";
    return [{ message, rows: run.repeatedCalls.flatMap(({ kept, dropped }) => [kept, dropped]) }];
  },
};
