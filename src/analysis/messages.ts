// Messages between the agents of a run: the registry of the rules that find them, and what each finally says.

import type { PartLengths } from "../model/run-columns.ts";
import { NONE } from "../model/run-columns.ts";
import { inputOf, lengthOf, outputOf } from "./contents.ts";
import { agentTools } from "./messages/agent-tools.ts";
import { callers } from "./messages/callers.ts";
import { explicitMessages } from "./messages/explicit.ts";
import { linkedMessages } from "./messages/links.ts";
import { MessageCollection, type MessageDraft } from "./messages/message-draft.ts";
import type { MessageRule } from "./messages/message-rule.ts";
import { nestedAgents } from "./messages/nesting.ts";
import { replies } from "./messages/replies.ts";
import { sequences } from "./messages/sequences.ts";
import { toldByEvents } from "./messages/told-by-events.ts";
import { transferTools } from "./messages/transfer-tools.ts";
import { userMessages } from "./messages/user.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunMessage } from "./run-analysis.ts";

/** In the order in which they look: what was said outright first, what only the order of things suggests last. */
export const MESSAGE_RULES: readonly MessageRule[] = [
  explicitMessages,
  linkedMessages,
  transferTools,
  agentTools,
  callers,
  toldByEvents,
  sequences,
  nestedAgents,
  replies,
  userMessages,
];

/** A message and the stored texts that are its content. */
export interface FoundMessage extends Omit<RunMessage, "tokens" | "costNano"> {
  readonly parts: readonly string[];
}

/** In order of time. */
export function findMessages(run: ResolvedRun, lengths: PartLengths | undefined): FoundMessage[] {
  const collection = new MessageCollection(run.columns.start);
  for (const rule of MESSAGE_RULES) rule.find(run, collection);
  return collection
    .all()
    .map((draft) => finish(run, draft, lengths))
    .sort((a, b) => a.at - b.at || compareTexts(a.from, b.from) || compareTexts(a.to, b.to) || a.row - b.row);
}

/** Messages with the user are listed but never counted. */
export function isBetweenAgents({ kind }: Pick<RunMessage, "kind">): boolean {
  return kind !== "input" && kind !== "output";
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function finish(run: ResolvedRun, draft: MessageDraft, lengths: PartLengths | undefined): FoundMessage {
  const { from, to, kind, at, arrived, row, fromRow, toRow, evidence, confidence } = draft;
  const { parts, preview } = contentOf(run, draft);
  return {
    ...{ from, to, kind, at, row, fromRow, toRow, evidence, confidence, parts, preview },
    transit: arrived === undefined ? undefined : Math.max(0, arrived - at),
    bytes: lengthOf(parts, lengths),
  };
}

/** The content: of the span that is the message, else what the receiver was given or the sender gave. */
function contentOf(
  { columns, tree }: ResolvedRun,
  { kind, row, fromRow, toRow, evidence }: MessageDraft,
): { readonly parts: readonly string[]; readonly preview: string } {
  const given = (at: number, preview: Uint32Array, parts: readonly string[]) => ({
    parts,
    preview: columns.texts.text(preview[at] as number),
  });
  const input = (at: number) => given(at, columns.inputPreview, inputOf(columns, tree, at));
  const output = (at: number) => given(at, columns.outputPreview, outputOf(columns, at));
  const says = (content: ReturnType<typeof given>) => content.parts.length > 0 || content.preview !== "";
  const answers = kind === "reply" || kind === "output" || evidence === "M12";
  const candidates = answers
    ? [...(row === NONE ? [] : [output(row)]), ...(fromRow === NONE ? [] : [output(fromRow)])]
    : [...(row === NONE ? [] : [input(row), output(row)]), ...(toRow === NONE ? [] : [input(toRow)])];
  // What goes in and out of the run may stand on its root alone.
  const root = tree.roots[0];
  if (root !== undefined && kind === "input") candidates.push(input(root));
  if (root !== undefined && kind === "output") candidates.push(output(root));
  return candidates.find(says) ?? { parts: [], preview: "" };
}
