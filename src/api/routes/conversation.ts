import { Type } from "typebox";
import { Conversation, ConversationPart } from "../../model/conversation-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { found } from "../error-answers.ts";
import { findRun, runParams } from "../find-run.ts";
import { text, texts } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { presentPart, readConversation, readTurnCursor } from "../runs/conversation.ts";

const PAGE = 100;

const runConversation = route({
  url: "/api/v1/runs/:id/conversation",
  summary: "Who said what: a run as a transcript, each thing said once",
  description:
    "Turns are in the order in which they were said. Texts longer than " +
    `${LIMITS.conversationTextCharacters} characters are cut; \`cutBytes\` says by how much.`,
  tag: "Runs",
  params: runParams,
  query: Type.Object({
    after: text("`nextCursor` of the page before"),
    agent: texts("Turns of, from or to these agents"),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.conversationPage, default: PAGE })),
  }),
  answer: Conversation,
  errors: ["run_not_found"],
  handle: async (call) => {
    const { after, agent, limit = PAGE } = call.query;
    const query = { after: readTurnCursor(after), agents: agent, limit };
    return readConversation(await findRun(call), call.parts.reader, query);
  },
});

const HASH = "^[0-9a-f]{32}$";

const runContent = route({
  url: "/api/v1/runs/:id/contents/:hash",
  summary: "The whole of one text of a run",
  tag: "Runs",
  params: Type.Object({ ...runParams.properties, hash: Type.String({ pattern: HASH }) }),
  answer: ConversationPart,
  errors: ["run_not_found", "content_not_found"],
  handle: async (call) => {
    const { hash } = call.params;
    const run = await findRun(call);
    const { project, traceIds } = run.reference;
    const contents = await call.parts.reader.contents(project, traceIds, [hash], run.tail);
    return presentPart(hash, found(contents.get(hash), "content_not_found", call.request));
  },
});

/** What was said in a run. */
export const CONVERSATION_ROUTES: readonly Route[] = [runConversation, runContent];
