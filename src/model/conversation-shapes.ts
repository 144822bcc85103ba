// A run as a transcript: who said what, each thing once.

import { type Static, Type } from "typebox";
import { Cost, MessagePart, Tokens } from "./shapes.ts";
import { MESSAGE_KINDS, SPAN_STATUSES } from "./vocabulary.ts";

/** Who speaks in a turn. `agent` is what agents have with each other, `human` a person who was asked. */
export const TURN_ROLES = ["system", "user", "assistant", "tool", "agent", "human"] as const;
export type TurnRole = (typeof TURN_ROLES)[number];

/**
 * What a turn is. `prompt`: given to a model; `history`: in a prompt, but said in no call of this run; `answer`: a model
 * call; `call`: a tool that no answer asked for; `input`, `output`: of an agent or the run, where no model call has it;
 * `message`: between agents; `request`, `response`: a person is asked and answers; `error`: a failure of anything else.
 */
export const TURN_KINDS = [
  "prompt",
  "history",
  "answer",
  "call",
  "input",
  "output",
  "message",
  "request",
  "response",
  "error",
] as const;
export type TurnKind = (typeof TURN_KINDS)[number];

const word = <const W extends readonly string[]>(values: W) =>
  Type.Unsafe<W[number]>({ type: "string", enum: [...values] });
const time = (description: string) => Type.String({ format: "date-time", description });

export const TurnError = Type.Object({
  type: Type.Optional(Type.String({ description: "Class of the error" })),
  message: Type.Optional(Type.String()),
});
export type TurnError = Static<typeof TurnError>;

export const ConversationPart = Type.Object(
  {
    ...MessagePart.properties,
    hash: Type.Optional(Type.String({ description: "Names the whole of it: `/runs/{id}/contents/{hash}`" })),
    bytes: Type.Integer({ description: "Size of the whole text in UTF-8" }),
    cutBytes: Type.Optional(Type.Integer({ description: "How much of it is left out here" })),
  },
  { $id: "ConversationPart" },
);
export type ConversationPart = Static<typeof ConversationPart>;

export const ToolCall = Type.Object(
  {
    id: Type.Optional(Type.String({ description: "The id that joins call and result" })),
    name: Type.String({ description: "The tool" }),
    spanId: Type.Optional(Type.String({ description: "The span that ran it" })),
    status: Type.Optional(word(SPAN_STATUSES)),
    durationMs: Type.Optional(Type.Number()),
    arguments: Type.Optional(ConversationPart),
    results: Type.Array(ConversationPart),
    error: Type.Optional(TurnError),
  },
  { $id: "ToolCall" },
);
export type ToolCall = Static<typeof ToolCall>;

export const Turn = Type.Object(
  {
    id: Type.String({ description: "Stays the same while the run grows" }),
    at: time("When it was said; of a model call: when it began"),
    endedAt: Type.Optional(time("Of what takes time: when it ended; absent while it goes on")),
    durationMs: Type.Optional(Type.Number()),
    role: word(TURN_ROLES),
    kind: word(TURN_KINDS),
    agent: Type.Optional(Type.String({ description: "The agent whose turn it is, or to whom it was said" })),
    from: Type.Optional(Type.String({ description: "Who says it, where that is known: an agent, or `user`" })),
    to: Type.Optional(Type.String({ description: "To whom, where that is known: an agent, or `user`" })),
    messageKind: Type.Optional(word(MESSAGE_KINDS)),
    spanId: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    tokens: Type.Optional(Tokens),
    cost: Type.Optional(Cost),
    isOpen: Type.Optional(Type.Boolean({ description: "It goes on" })),
    parts: Type.Array(ConversationPart),
    toolCalls: Type.Array(ToolCall),
    error: Type.Optional(TurnError),
  },
  { $id: "Turn" },
);
export type Turn = Static<typeof Turn>;

export const Conversation = Type.Object(
  {
    turns: Type.Array(Turn),
    nextCursor: Type.Optional(Type.String({ description: "Hand back as `after`; absent on the last page" })),
    total: Type.Integer({ description: "Turns that pass the filter" }),
    before: Type.Integer({ description: "Of them: before this page" }),
    captured: Type.Boolean({ description: "Whether any prompt, answer or tool call of the run was captured" }),
  },
  { $id: "Conversation" },
);
export type Conversation = Static<typeof Conversation>;
