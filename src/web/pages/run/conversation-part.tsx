import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { ConversationPart } from "../../../model/conversation-shapes.ts";
import { formatBytes } from "../../base/format.ts";
import { parseStructure } from "../../base/json-structure.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { ConversationReader } from "../../state/conversation-reader.ts";
import { isLong, partText } from "../../state/turn-text.ts";
import { JsonTree } from "../../widgets/json-tree.tsx";
import { LongText } from "../../widgets/long-text.tsx";
import { Markdown } from "../../widgets/markdown.tsx";

interface PartProps {
  readonly reader: ConversationReader;
  readonly part: ConversationPart;
  /** Names it among what can be folded. */
  readonly id: string;
  /** Prompts and answers may be Markdown; what tools take and return is data. */
  readonly as: "prompt" | "answer" | "data";
}

const NAMED_TYPES: Readonly<Record<string, string>> = { reasoning: "reasoning", document: "document", blob: "data" };

/** Of what is shown as it was sent. */
const FIRST = 20_000;

/** One part of what is said. A long one is folded; one that came cut is read in full on demand. */
export function ConversationPartView({ reader, part: given, id, as }: PartProps) {
  const part = (given.hash === undefined ? undefined : reader.conversation.wholeParts.value.get(given.hash)) ?? given;
  const title = NAMED_TYPES[part.type];
  const structure = useStructure(part);
  const text = useMemo(() => partText(part), [part]);
  // A tree folds by itself.
  const isFoldable = structure === undefined && part.type !== "blob" && isLong(text, as === "answer" ? as : "prompt");
  const isOpen = reader.fold(id, !isFoldable);
  // What is searched for may stand anywhere.
  const isClosed = isFoldable && !isOpen.value && reader.words.value.length === 0;
  return (
    <div class={`conversation-part ${part.type === "reasoning" ? "reasoning" : ""}`}>
      {title !== undefined && (
        <p class="conversation-part-title muted">
          {title} {part.name !== undefined && <span class="foreign">{visibleLine(part.name, 80)}</span>}
        </p>
      )}
      <div class={isClosed ? `conversation-clip ${as}` : ""}>
        <PartBody {...{ part, text, structure, isClosed }} isProse={as !== "data" && !reader.isRaw.value} />
      </div>
      {isFoldable && (
        <button
          type="button"
          class="button small"
          aria-expanded={isOpen.value}
          onClick={() => {
            isOpen.value = !isOpen.value;
            if (isOpen.value && part.cutBytes !== undefined && part.hash !== undefined) {
              void reader.conversation.loadWhole(part.hash);
            }
          }}
        >
          {isOpen.value ? "Fold" : `Show all ${formatBytes(part.bytes)}`}
        </button>
      )}
      {part.cutBytes !== undefined && !isClosed && <RestOfText reader={reader} part={part} />}
    </div>
  );
}

function RestOfText({ reader, part: { hash, cutBytes } }: Pick<PartProps, "reader" | "part">) {
  const isLoading = useSignal(false);
  if (hash === undefined) return null;
  const load = async () => {
    isLoading.value = true;
    await reader.conversation.loadWhole(hash);
    isLoading.value = false;
  };
  return (
    <p class="conversation-rest">
      <span class="muted">{formatBytes(cutBytes)} are not here yet</span>
      <button type="button" class="button small" disabled={isLoading.value} onClick={() => void load()}>
        Read the rest
      </button>
    </p>
  );
}

/** The value of a part that is an object or a list, or a text that spells one. */
function useStructure({ data, text }: ConversationPart): object | undefined {
  return useMemo(() => {
    if (typeof data === "object" && data !== null) return data;
    return text === undefined ? undefined : parseStructure(text);
  }, [data, text]);
}

interface BodyProps {
  readonly part: ConversationPart;
  readonly isProse: boolean;
  readonly text: string;
  readonly structure: object | undefined;
  /** Only its beginning is seen. */
  readonly isClosed: boolean;
}

function PartBody({ part, text, structure, isProse, isClosed }: BodyProps) {
  if (part.type === "blob") return <p class="muted">{formatBytes(part.bytes)} of data, not shown</p>;
  if (structure !== undefined) return <JsonTree value={structure} open={2} />;
  if (text === "") return <p class="muted">empty</p>;
  // What is long is folded by its part already.
  return isProse ? <Markdown text={text} isClosed={isClosed} /> : <LongText text={text} first={FIRST} isCode />;
}
