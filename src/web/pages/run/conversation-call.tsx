import type { ToolCall, Turn } from "../../../model/conversation-shapes.ts";
import { formatDuration } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { ConversationReader } from "../../state/conversation-reader.ts";
import { argumentsLine, resultLine } from "../../state/turn-text.ts";
import { Icon } from "../../widgets/icon.tsx";
import { ConversationPartView } from "./conversation-part.tsx";

const ARGUMENTS_MAX = 160;
const RESULT_MAX = 200;

interface CallProps {
  readonly reader: ConversationReader;
  readonly turn: Turn;
  readonly call: ToolCall;
  readonly index: number;
}

/** A tool call in one line: what was asked, what came of it. It unfolds to both. */
export function ConversationCall({ reader, turn, call, index }: CallProps) {
  const id = `${turn.id} ${index}`;
  const isOpen = reader.fold(id, false);
  const isSelected = call.spanId !== undefined && reader.run.timeline.selected.value === call.spanId;
  return (
    <div class={isSelected ? "conversation-call selected" : "conversation-call"}>
      <button
        type="button"
        class="conversation-call-line"
        aria-expanded={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon name={isOpen.value ? "down" : "right"} size={12} />
        <Icon name="tool" size={12} />
        <span class="conversation-asked cut">
          <strong class="foreign">{visibleLine(call.name, 80)}</strong>
          <span class="muted">(</span>
          <span class="foreign">{visibleLine(argumentsLine(call.arguments), ARGUMENTS_MAX)}</span>
          <span class="muted">)</span>
        </span>
        <span class="muted">→</span>
        <Outcome call={call} />
        <span class="muted number">{call.durationMs === undefined ? "" : formatDuration(call.durationMs)}</span>
      </button>
      {isOpen.value && <CallDetails reader={reader} turn={turn} call={call} id={id} />}
    </div>
  );
}

function Outcome({ call: { error, results, status } }: { readonly call: ToolCall }) {
  if (error !== undefined) {
    const said = error.message ?? error.type ?? resultLine(results);
    return <span class="conversation-result cut failed foreign">{visibleLine(said || "failed", RESULT_MAX)}</span>;
  }
  if (results.length > 0) {
    return <span class="conversation-result cut foreign">{visibleLine(resultLine(results), RESULT_MAX)}</span>;
  }
  return <span class="conversation-result cut muted">{status === "open" ? "running" : "no result captured"}</span>;
}

function CallDetails({ reader, turn, call, id }: Omit<CallProps, "index"> & { readonly id: string }) {
  const { spanId, arguments: asked, results, error } = call;
  return (
    <dl class="conversation-call-details">
      <dt>Arguments</dt>
      <dd>
        {asked === undefined ? (
          <p class="muted">not captured</p>
        ) : (
          <ConversationPartView reader={reader} part={asked} id={`${id} asked`} as="data" />
        )}
      </dd>
      <dt>Result</dt>
      <dd>
        {results.length === 0 && <p class="muted">not captured</p>}
        {results.map((part, i) => (
          <ConversationPartView key={i} reader={reader} part={part} id={`${id} result ${i}`} as="data" />
        ))}
      </dd>
      {error !== undefined && (
        <>
          <dt>Failure</dt>
          <dd class="failed foreign">{visibleLine([error.type, error.message].filter(Boolean).join(": "), 2_000)}</dd>
        </>
      )}
      {spanId !== undefined && (
        <>
          <dt />
          <dd>
            <button
              type="button"
              class="button small"
              onClick={() => {
                reader.select(turn, spanId);
                reader.open();
              }}
            >
              Show the span
            </button>
          </dd>
        </>
      )}
    </dl>
  );
}
