import type { Script } from "../scripted-model/scripted-model.ts";

/** The incidents: the seed picks one. */
export const INCIDENTS = [
  { service: "checkout", symptom: "p99 latency went from 180 ms to 4.2 s at 14:05", release: "checkout@214" },
  { service: "search", symptom: "one query in twelve times out since 09:40", release: "search@88" },
  { service: "login", symptom: "the error rate of sign-ins is 7 % since 22:10", release: "login@41" },
] as const;

export type Incident = (typeof INCIDENTS)[number];

/** What the model says in the incident room. */
export function scriptOf({ service, release }: Incident): Script {
  return {
    commander: [
      {
        ms: 900,
        text: "Two things to find out at once: what the logs say, and since when the figures look wrong.",
        calls: [
          { name: "transfer_to_log_analyst", arguments: { task: `Errors of ${service} in the last hour` } },
          { name: "transfer_to_metrics_analyst", arguments: { task: `When did ${service} begin to be slow?` } },
        ],
        reasoningTokens: 160,
      },
      {
        ms: 1100,
        text: `The pool of connections runs dry, and it began with ${release}. The fixer is to take it back.`,
        calls: [{ name: "transfer_to_fixer", arguments: { task: `Undo ${release}, watch the error rate` } }],
        reasoningTokens: 220,
      },
      {
        ms: 1300,
        text:
          `Resolved. ${release} opened a connection for every request and never gave it back. It was rolled back in ` +
          "two waves after the first attempt was refused. To do: a limit in the pool, and an alert on waiting clients.",
      },
    ],
    log_analyst: [
      {
        ms: 700,
        calls: [
          { name: "search_logs", arguments: { service, query: "level:error", minutes: 60 } },
          { name: "search_logs", arguments: { service, query: "pool", minutes: 60 } },
        ],
      },
      { ms: 800, text: "1,204 errors `pool exhausted, 200 clients wait`. The first one came 40 s after the release." },
    ],
    metrics_analyst: [
      { ms: 300, fail: { status: 503, message: "The model is overloaded" } },
      { ms: 650, calls: [{ name: "query_metrics", arguments: { service, metric: "latency_p99", hours: 6 } }] },
      { ms: 500, text: `Flat for six hours, then a step within one minute: the minute of ${release}.` },
    ],
    fixer: [
      { ms: 600, calls: [{ name: "roll_back", arguments: { release, share: 1 } }] },
      {
        ms: 500,
        text: "A rollback in one go is refused. Half first, then the rest.",
        calls: [{ name: "roll_back", arguments: { release, share: 0.5 } }],
      },
      { ms: 450, calls: [{ name: "roll_back", arguments: { release, share: 1, after: "half" } }] },
      { ms: 550, text: `${release} is off all machines, and no client waits any more.` },
    ],
  };
}
