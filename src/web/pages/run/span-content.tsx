import { useSignal } from "@preact/signals";
import type { ContentMessage, MessagePart } from "../../../model/shapes.ts";
import { formatBytes } from "../../base/format.ts";
import type { IconName } from "../../base/icon-paths.ts";
import { jsonText } from "../../base/json-entries.ts";
import { parseStructure } from "../../base/json-structure.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { JsonTree } from "../../widgets/json-tree.tsx";
import { LongText } from "../../widgets/long-text.tsx";

const MESSAGES_FIRST = 3;
const MESSAGES_LAST = 12;

/** Messages as a conversation. Long histories are folded in their middle: their beginning and their end matter. */
export function SpanContent({ messages }: { readonly messages: readonly ContentMessage[] }) {
  const isWhole = useSignal(messages.length <= MESSAGES_FIRST + MESSAGES_LAST + 1);
  const last = isWhole.value ? messages.slice(MESSAGES_FIRST) : messages.slice(-MESSAGES_LAST);
  const left = messages.length - MESSAGES_FIRST - last.length;
  return (
    <ol class="content">
      {messages.slice(0, MESSAGES_FIRST).map((message, i) => (
        <ContentItem key={i} message={message} />
      ))}
      {left > 0 && !isWhole.value && (
        <li>
          <button type="button" class="button small" onClick={() => (isWhole.value = true)}>
            Show {left} messages between
          </button>
        </li>
      )}
      {last.map((message, i) => (
        <ContentItem key={messages.length - last.length + i} message={message} />
      ))}
    </ol>
  );
}

function ContentItem({ message: { role, parts } }: { readonly message: ContentMessage }) {
  return (
    <li class="content-message">
      <header>
        <span class="content-role foreign">{visibleLine(role || "value", 40)}</span>
        <CopyButton text={() => parts.map(plainText).join("\n\n")} label="Copy the message" />
      </header>
      {parts.map((part, i) => (
        <ContentPart key={i} part={part} />
      ))}
    </li>
  );
}

const PART_TITLES: Readonly<Record<string, { readonly title: string; readonly icon: IconName }>> = {
  tool_call: { title: "calls", icon: "tool" },
  tool_result: { title: "result", icon: "tool" },
  reasoning: { title: "reasoning", icon: "llm" },
  blob: { title: "data", icon: "outside" },
  document: { title: "document", icon: "retrieval" },
};

function ContentPart({ part }: { readonly part: MessagePart }) {
  const named = PART_TITLES[part.type];
  return (
    <div class={`content-part ${part.type === "reasoning" ? "reasoning" : ""}`}>
      {(named !== undefined || part.name !== undefined) && (
        <p class="content-part-head">
          {named && <Icon name={named.icon} size={12} />}
          {named && <span class="muted">{named.title}</span>}
          {part.name !== undefined && <strong class="foreign">{visibleLine(part.name, 120)}</strong>}
          {part.id !== undefined && <code class="muted foreign cut">{visibleLine(part.id, 60)}</code>}
        </p>
      )}
      <PartBody part={part} />
      {part.meta !== undefined && Object.keys(part.meta).length > 0 && <JsonTree value={part.meta} open={0} />}
    </div>
  );
}

function PartBody({ part }: { readonly part: MessagePart }) {
  if (part.data !== undefined) return <JsonTree value={part.data} open={3} />;
  if (part.text === undefined || part.text === "") return <p class="muted">empty</p>;
  if (part.type === "blob") return <p class="muted">{formatBytes(part.text.length)} of data, not shown</p>;
  const json = parseStructure(part.text);
  if (json !== undefined) return <JsonTree value={json} open={3} />;
  return <LongText text={part.text} isCode={part.type === "tool_result"} />;
}

function plainText({ text, data }: MessagePart): string {
  return text ?? jsonText(data);
}
