import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Turn } from "../../../model/conversation-shapes.ts";
import { formatCount, formatDuration, formatMoney } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { ConversationReader } from "../../state/conversation-reader.ts";
import { partText, turnText } from "../../state/turn-text.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { LongText } from "../../widgets/long-text.tsx";
import { ConversationCall } from "./conversation-call.tsx";
import { ConversationPartView } from "./conversation-part.tsx";

interface TurnProps {
  readonly reader: ConversationReader;
  readonly turn: Turn;
  /** Its number, from 1, and how many there are. */
  readonly position: number;
  readonly count: number;
  readonly startMs: number;
}

const PREVIEW_MAX = 240;

/** Who says what to whom, and when; quiet turns (system prompts, history) are one line until they are opened. */
export function ConversationTurn({ reader, turn, position, count, startMs }: TurnProps) {
  const element = useRef<HTMLElement>(null);
  const isSelected = reader.selected.value === turn.id;
  const wish = reader.wish.value?.id === turn.id ? reader.wish.value : undefined;
  useEffect(() => {
    // A turn that comes back into sight by itself was not wished for again.
    if (wish === undefined || wish.isFulfilled) return;
    wish.isFulfilled = true;
    element.current?.scrollIntoView({ block: "nearest" });
  }, [wish]);
  const isQuiet = turn.role === "system" || turn.kind === "history";
  const isOpen = reader.fold(turn.id, !isQuiet);
  const open = () => {
    reader.select(turn);
    reader.open();
  };
  return (
    <article
      ref={element}
      class={`turn ${turn.kind} ${isSelected ? "selected" : ""} ${placeOf(reader.saidCount.value, position)}`}
      aria-posinset={position}
      aria-setsize={count}
      aria-label={labelOf(turn)}
      aria-current={isSelected}
    >
      <button type="button" class="turn-at muted number" data-tip="Show the span" onClick={open}>
        {formatDuration(Math.max(0, Date.parse(turn.at) - startMs))}
      </button>
      <div class="turn-main">
        <TurnHead turn={turn} fold={isQuiet ? isOpen : undefined} onOpen={open} />
        {(isOpen.value || reader.words.value.length > 0) && <TurnBody reader={reader} turn={turn} />}
      </div>
    </article>
  );
}

/** Whether a turn is the last one before the time cursor, or comes later. */
function placeOf(saidCount: number | undefined, position: number): string {
  if (saidCount === undefined) return "";
  if (position > saidCount) return "later";
  return position === saidCount ? "last-said" : "";
}

function TurnBody({ reader, turn }: Pick<TurnProps, "reader" | "turn">) {
  const { parts, toolCalls, error, kind, isOpen } = turn;
  const as = turn.role === "tool" ? "data" : turn.role === "assistant" ? "answer" : "prompt";
  const isMute = parts.length + toolCalls.length === 0 && error === undefined && kind !== "message";
  return (
    <div class="turn-body">
      {parts.map((part, i) => (
        <ConversationPartView key={i} reader={reader} part={part} id={`${turn.id} part ${i}`} as={as} />
      ))}
      {toolCalls.map((call, i) => (
        <ConversationCall key={i} reader={reader} turn={turn} call={call} index={i} />
      ))}
      {error !== undefined && (
        <div class="turn-error failed">
          <Icon name="failure" />
          <LongText text={[error.type, error.message].filter(Boolean).join(": ") || "failed"} first={300} />
        </div>
      )}
      {isMute && <p class="muted">{isOpen ? "is answering…" : "what was said was not captured"}</p>}
    </div>
  );
}

const KIND_LABELS: Readonly<Partial<Record<Turn["kind"], string>>> = {
  history: "earlier",
  request: "asks",
  response: "answers",
  error: "failed",
  input: "input",
  output: "output",
};

interface HeadProps {
  readonly turn: Turn;
  /** Of a quiet turn: whether it is open. */
  readonly fold: Signal<boolean> | undefined;
  readonly onOpen: () => void;
}

function TurnHead({ turn, fold, onOpen }: HeadProps) {
  const { kind, messageKind } = turn;
  const label = kind === "message" ? messageKind : KIND_LABELS[kind];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter opens the selected turn, and its time is a button
    <header
      class="turn-head"
      onClick={({ target }) => {
        if ((target as Element).closest("button") === null) onOpen();
      }}
    >
      <Parties turn={turn} />
      {label !== undefined && <span class="turn-kind">{label}</span>}
      {fold === undefined ? <TurnFacts turn={turn} /> : <QuietTurn turn={turn} fold={fold} />}
      <CopyButton text={() => turnText(turn)} label="Copy what is said" />
    </header>
  );
}

/** Those who have no name: they have no colour either. */
const NAMELESS = new Set(["user", "system", "person", "prompt"]);

/** Who speaks, and to whom. */
function Parties({ turn }: Pick<HeadProps, "turn">) {
  const { from, to, agent, kind } = turn;
  const speaker = from ?? speakerOf(turn);
  const heard = to ?? (kind === "request" ? "person" : speaker === undefined ? agent : undefined);
  return (
    <>
      {speaker !== undefined && <Party name={speaker} isAgent={!NAMELESS.has(speaker)} />}
      {heard !== undefined && heard !== speaker && (
        <>
          <span class="muted">→</span>
          <Party name={heard} isAgent={!NAMELESS.has(heard)} />
        </>
      )}
    </>
  );
}

function speakerOf({ role, kind, agent }: Turn): string | undefined {
  if (role === "assistant") return agent;
  if (role === "system") return "system";
  if (role === "user" && kind === "prompt") return "prompt";
  return kind === "response" ? "person" : undefined;
}

function Party({ name, isAgent }: { readonly name: string; readonly isAgent: boolean }) {
  return isAgent ? <AgentName name={name} /> : <span class="turn-party">{name}</span>;
}

/** A turn in one line, until it is opened. */
function QuietTurn({ turn, fold }: { readonly turn: Turn; readonly fold: Signal<boolean> }) {
  const { parts, toolCalls } = turn;
  const preview = [...parts.map(partText), ...toolCalls.map(({ name }) => `${name}(…)`)].join(" · ");
  return (
    <button type="button" class="turn-fold" aria-expanded={fold.value} onClick={() => (fold.value = !fold.value)}>
      <Icon name={fold.value ? "down" : "right"} size={12} />
      <span class="cut foreign">{fold.value ? "" : visibleLine(preview, PREVIEW_MAX)}</span>
    </button>
  );
}

/** The figures of a model call, quiet. */
function TurnFacts({ turn: { kind, model, tokens, cost, durationMs } }: Pick<HeadProps, "turn">) {
  return (
    <span class="turn-facts muted">
      {model !== undefined && <span class="foreign">{visibleLine(model, 60)}</span>}
      {tokens !== undefined && (
        <span>
          {formatCount(tokens.input)} → {formatCount(tokens.output)} tokens
        </span>
      )}
      {cost?.usd !== undefined && <span>{formatMoney(cost.usd)}</span>}
      {durationMs !== undefined && kind !== "call" && <span>{formatDuration(durationMs)}</span>}
    </span>
  );
}

function labelOf({ kind, from, to, agent }: Turn): string {
  const names = [from ?? agent, to].filter((name) => name !== undefined);
  return visibleLine(`${kind} ${names.join(" to ")}`, 200);
}
