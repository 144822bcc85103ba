import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";

const DESTINATION = attributeKey("messaging.destination");
const PREFIX = "autogen ";
const TOPIC = "T";
const ADDRESS_LENGTH_MAX = 1024;
/** `Planner.(session1)-A`: type, key, and whether it is an agent or a topic. */
const ADDRESS = /^(.+)\.\((.*)\)-([AT])$/;

interface Address {
  readonly type: string;
  readonly key: string;
  readonly isTopic: boolean;
}

function addressOf(text: string): Address | undefined {
  const match = text.length > ADDRESS_LENGTH_MAX ? null : ADDRESS.exec(text);
  if (match === null) return undefined;
  return { type: match[1] as string, key: match[2] as string, isTopic: match[3] === TOPIC };
}

function map(span: ForeignSpan, draft: SpanDraft): void {
  if (!span.name.startsWith(PREFIX)) return;
  const rest = span.name.slice(PREFIX.length);
  const space = rest.indexOf(" ");
  const operation = space < 0 ? rest : rest.slice(0, space);
  const destination = span.attributes.text(DESTINATION) || rest.slice(space + 1);
  const address = addressOf(destination);
  if (operation === "process") readProcess(address, draft);
  else if (operation === "send" || operation === "publish") readSend(operation, destination, address, draft);
  draft.hint("destination", destination);
}

/** The runtime activates an agent for a message; the span's link leads to where the message was sent. */
function readProcess(address: Address | undefined, draft: SpanDraft): void {
  if (address === undefined || address.isTopic) {
    draft.kind = "step";
    return;
  }
  draft.kind = "agent";
  draft.agent = address.type;
  draft.agentInstance = `${address.type}/${address.key}`;
  draft.hint("evidence", "M9");
}

function readSend(operation: string, destination: string, address: Address | undefined, draft: SpanDraft): void {
  draft.kind = "message";
  const broadcast = address?.isTopic ?? operation === "publish";
  if (!broadcast) draft.hint("to", address?.type ?? destination);
  draft.hint("messageKind", broadcast ? "broadcast" : "send");
  draft.hint("evidence", "M9");
}

export const autoGen: Dialect = {
  id: "autogen",
  doc: "AutoGen's runtime. `autogen process Type.(key)-A` activates the agent `Type` for one message, in a trace of its own, and links to the `autogen send` or `autogen publish` that sent it; topics (`-T`) are broadcasts. Read from a sample reconstructed after the sources.",
  detect: {
    attributes: ["messaging.destination"],
    scopes: ["autogen*"],
    confirm: (span) => span.name.startsWith(PREFIX) || span.scope.startsWith("autogen"),
  },
  map,
};
