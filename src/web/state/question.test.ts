import assert from "node:assert/strict";
import { test } from "node:test";
import { formatQuery, parseQuery, withChanges } from "../base/place.ts";
import {
  aboutChanges,
  apiQuestionQuery,
  fromPanelQuestion,
  questionChanges,
  readQuestion,
  toPanelQuestion,
} from "./question.ts";

const asked = (search: string, since = "-1h") => {
  const question = readQuestion(parseQuery(search));
  return question === undefined ? undefined : formatQuery(apiQuestionQuery(question, { since }, 0));
};

test("a metric is asked for with its labels, aggregation, step and filters", () => {
  assert.equal(
    asked("metric=queue.length&by=queue&by=agentId&agg=max&step=5m&attr.queue=a&attr.queue=b&draw=bars"),
    "since=-1h&step=5m&name=queue.length&agg=max&by=queue&by=agentId&attr.queue=a&attr.queue=b",
  );
});

test("a key figure is asked for apart by one thing, and narrowed by the API's own filters", () => {
  assert.equal(
    asked("figure=error_rate&by=agent&attr.agent=writer"),
    "since=-1h&metric=error_rate&by=agent&agent=writer",
  );
});

test("bars have a step at which they are told apart, unless one is chosen", () => {
  const steps = (search: string) =>
    ["-15m", "-1h", "-24h", "-7d", "-30d"].map((since) => {
      const step = Number(parseQuery(asked(`${search}&draw=bars`, since) ?? "").get("step")?.[0]);
      return step / 60_000;
    });
  assert.deepEqual(steps("figure=throughput"), [1, 2, 30, 240, 1440]);
  assert.deepEqual(steps("figure=throughput&by=agent"), [1, 2, 30, 240, 1440], "they stand on each other");
  assert.deepEqual(steps("figure=error_rate&by=agent"), [1, 5, 60, 720, 2880], "they stand side by side");
  assert.deepEqual(steps("metric=a"), [0.5, 2, 30, 240, 1440]);
  assert.equal(parseQuery(asked("metric=a&draw=bars&step=10s") ?? "").get("step")?.[0], "10s");
  assert.equal(asked("metric=a"), "since=-1h&name=a", "lines have the server's");
});

test("without metric or figure there is no question", () => {
  assert.equal(asked("since=-7d&by=agent"), undefined);
});

test("an unknown aggregation is none", () => {
  assert.equal(asked("metric=a&agg=median"), "since=-1h&name=a");
});

test("another metric takes over the window, the step and the shape, and not labels of the old one", () => {
  const query = parseQuery("metric=a&by=x&agg=max&attr.x=1&step=5m&draw=bars&since=-7d");
  assert.equal(
    formatQuery(withChanges(query, aboutChanges(query, { figure: "throughput" }))),
    "step=5m&draw=bars&since=-7d&figure=throughput",
  );
});

test("a heatmap is of all groups, and asks for buckets", () => {
  assert.equal(asked("metric=a&by=x&draw=heatmap"), "since=-1h&buckets=true&name=a");
});

test("a question is the same after a board kept it, and after the URL did", () => {
  for (const search of [
    "metric=queue.length&by=queue&by=agentId&agg=max&step=5m&draw=bars&attr.queue=a&attr.queue=b",
    "figure=throughput&part=usd&by=model",
  ]) {
    const question = readQuestion(parseQuery(search));
    assert.ok(question);
    assert.deepEqual(fromPanelQuestion(toPanelQuestion(question)), question);
    assert.deepEqual(readQuestion(withChanges(new Map(), questionChanges(question))), question);
  }
});
