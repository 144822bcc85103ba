import { NONE, type RunEventRow } from "../../model/run-columns.ts";
import { MESSAGE_KINDS, type MessageKind } from "../../model/vocabulary.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { firstAtOrAfter } from "../transfers.ts";
import { ROUNDING_NS } from "../tree.ts";
import type { MessageRule } from "./message-rule.ts";
import { entryOf } from "./message-rule.ts";

const KIND_OF_TYPE: Readonly<Record<string, MessageKind>> = { handoff: "handoff", "message.sent": "send" };
const CERTAIN = 1;

export const toldByEvents: MessageRule = {
  ids: ["event"],
  doc: "A RunEvent `handoff` or `message.sent` that names sender and receiver.",
  find(run, messages) {
    const receipts = receiptsById(run.events);
    for (const event of run.events) {
      const usual = KIND_OF_TYPE[event.type];
      if (usual === undefined || event.agent === "" || event.toAgent === "") continue;
      const stated = event.data["kind"];
      const row = run.index.rowOf(event.traceId, event.spanId);
      const toRow = entryAfter(run, run.directory.find(event.toAgent), event.time);
      const id = event.data["messageId"];
      messages.add({
        from: run.directory.nameOf(event.agent),
        to: run.directory.nameOf(event.toAgent),
        kind: MESSAGE_KINDS.find((kind) => kind === stated) ?? usual,
        at: event.time,
        arrived: typeof id === "string" ? receipts.get(id) : undefined,
        row,
        fromRow: entryOf(run, row),
        toRow: usual === "handoff" ? toRow : NONE,
        evidence: "event",
        confidence: CERTAIN,
      });
    }
  },
};

function receiptsById(events: readonly RunEventRow[]): Map<string, number> {
  const receipts = new Map<string, number>();
  for (const event of events) {
    const id = event.data["messageId"];
    if (event.type === "message.received" && typeof id === "string" && !receipts.has(id)) receipts.set(id, event.time);
  }
  return receipts;
}

function entryAfter({ tree, attribution }: ResolvedRun, agent: number, time: number): number {
  const entries = agent === NONE ? [] : (attribution.entriesOf[agent] as readonly number[]);
  return entries[firstAtOrAfter(tree.start, entries, time - ROUNDING_NS)] ?? NONE;
}
