import { FIGURES } from "../../analysis/figures.ts";
import { present } from "../../base/present.ts";
import type { RunFacts } from "../../jobs/runs/analysed-run.ts";
import type { Explanation } from "../../model/key-metrics-shapes.ts";

const COUNTED: Readonly<Record<string, string>> = {
  open: "The run is open: everything up to now.",
  ended: "All spans of the run, each once, as they are known now.",
};

/** How the figures of a run were made, by their names. */
export function explainRun({ run, agents, edges }: RunFacts): Record<string, Explanation> {
  const sum = (of: (agent: RunFacts["agents"][number]) => number) => agents.reduce((all, one) => all + of(one), 0);
  const counted = COUNTED[run.endedAt === undefined ? "open" : "ended"] as string;
  const time = {
    busyMs: sum(({ busyMs }) => busyMs),
    presentMs: sum(({ presentMs }) => presentMs),
    wallMs: run.durationMs,
    agents: agents.length,
  };
  const words = present({
    messages: run.messageCount,
    messageTokens: edges.some(({ tokens }) => tokens !== undefined)
      ? edges.reduce((all, { tokens = 0 }) => all + tokens, 0)
      : undefined,
    tokens: run.tokens.input + run.tokens.output,
  }) as Record<string, number>;
  const inputs: Readonly<Record<string, Record<string, number>>> = {
    utilization: { busyMs: time.busyMs, presentMs: time.presentMs },
    concurrency: { busyMs: time.busyMs, wallMs: time.wallMs },
    communicationShareOfTokens: words,
    communicationShareOfTime: { wallMs: time.wallMs, agents: time.agents },
  };
  const figures = FIGURES.map(({ id, doc }) => {
    const [formula = doc, ...meaning] = doc.split(/(?<=[.:]) /);
    return [
      id,
      { formula, meaning: meaning.join(" "), counted, inputs: inputs[id] ?? { wallMs: time.wallMs } },
    ] as const;
  });
  return { ...Object.fromEntries(figures), cost: explainCost(run, counted), tokens: explainTokens(run, counted) };
}

function explainCost({ cost, llmCalls }: RunFacts["run"], counted: string): Explanation {
  return {
    formula:
      "Σ over model calls that count: the sender's own figure, else the price of its time × tokens of each class",
    meaning: "Call by call, with the price's version, at /runs/{id}/costs.",
    counted,
    inputs: { llmCalls, unpricedCalls: cost.unpricedCalls },
  };
}

function explainTokens({ llmCalls, tokens }: RunFacts["run"], counted: string): Explanation {
  return {
    formula: "Σ over model calls that count: the innermost span with usage, one for each response",
    meaning: "Input has cached tokens in it, output has reasoning in it; a parent that repeats its calls is not added.",
    counted,
    inputs: { llmCalls, ...tokens },
  };
}
