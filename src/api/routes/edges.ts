import { type Static, Type } from "typebox";
import { present } from "../../base/present.ts";
import { EdgeRun, SentMessage } from "../../model/key-metrics-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { page } from "../../model/shapes.ts";
import { type EdgeQuestion, messagesOfEdge, runsOfEdge } from "../figures/edge-records.ts";
import { decodeCursor, encodeCursor, pageParameters, readWindow, windowParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";

const edgeQuery = Type.Object({
  from: Type.String({ description: "The agent that sends" }),
  to: Type.String({ description: "The agent that receives" }),
  ...windowParameters,
  ...pageParameters,
});

function readEdge(query: Static<typeof edgeQuery>, nowMs: number) {
  const question: EdgeQuestion = { from: query.from, to: query.to, ...readWindow(query, nowMs) };
  const { limit = LIMITS.pageSize } = query;
  return { question, page: { limit, cursor: decodeCursor(query.cursor, "at", "id") } };
}

const messages = route({
  url: "/api/v1/communication/messages",
  summary: "The messages that one agent sent another in a window, newest first",
  description: `Of settled runs, and of the ${LIMITS.taskRuns} newest that are not settled.`,
  tag: "Analysis",
  query: edgeQuery,
  answer: page("messages", SentMessage),
  handle: async ({ parts, project, query }) => {
    const asked = readEdge(query, parts.clock.nowMs());
    const { items, next } = await messagesOfEdge(parts, project, asked.question, asked.page);
    return { messages: [...items], ...present({ nextCursor: next && encodeCursor(next) }) };
  },
});

const runs = route({
  url: "/api/v1/communication/runs",
  summary: "The runs in which one agent sent another something, newest first, with what it sent in each",
  description: "Runs that ended in the window, and those that are open now.",
  tag: "Analysis",
  query: edgeQuery,
  answer: page("runs", EdgeRun),
  handle: async ({ parts, project, query }) => {
    const asked = readEdge(query, parts.clock.nowMs());
    const { items, next } = await runsOfEdge(parts, project, asked.question, asked.page);
    return { runs: [...items], ...present({ nextCursor: next && encodeCursor(next) }) };
  },
});

/** What lies behind one edge of the communication between agents. */
export const EDGE_ROUTES: readonly Route[] = [messages, runs];
