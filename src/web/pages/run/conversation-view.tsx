import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ActionsOf } from "../../base/command-table.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCounted } from "../../base/format.ts";
import { type ConversationReader, readerOf } from "../../state/conversation-reader.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { FacetMenu } from "../../widgets/facet-menu.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { CONVERSATION_COMMANDS } from "./conversation-keys.ts";
import { ConversationList } from "./conversation-list.tsx";
import { NothingInWindow } from "./run-time.tsx";

/** Who said what, as a transcript. */
export function ConversationView({ run }: { readonly run: OpenRun }) {
  const reader = readerOf(run);
  const { conversation } = reader;
  const field = useRef<HTMLInputElement>(null);
  useCommands(CONVERSATION_COMMANDS, () => conversationActions(reader, field));
  useSignalEffect(() => conversation.show(reader.agents.value));
  useSignalEffect(() => {
    // Whoever searches searches all of it.
    if (reader.words.value.length > 0 && conversation.data.value !== undefined) void conversation.loadAll();
  });
  useSignalEffect(() => {
    // What is selected stays in sight when other turns come and go around it.
    void reader.words.value;
    reader.reveal();
  });
  useNews(reader);
  useEffect(() => void reader.revealSelected(), []);
  useSignalEffect(() => {
    if (reader.saidCount.value !== undefined && conversation.data.value !== undefined) void reader.revealCursor();
  });
  return (
    <Loaded from={conversation}>
      {({ captured, total }) =>
        total === 0 && reader.agents.value.length === 0 ? (
          <NothingSaid />
        ) : (
          <>
            <Toolbar reader={reader} field={field} />
            {!captured && <NotCaptured />}
            {reader.turns.value.length === 0 && !conversation.isLoadingMore.value && <NothingPasses reader={reader} />}
            <ConversationList reader={reader} />
          </>
        )
      }
    </Loaded>
  );
}

/** Reads on whenever the run was fetched anew. */
function useNews({ run, conversation }: ConversationReader): void {
  const seen = useRef(run.detail.data.peek());
  useSignalEffect(() => {
    const detail = run.detail.data.value;
    if (detail === seen.current) return;
    seen.current = detail;
    void conversation.refresh();
  });
}

interface ToolbarProps {
  readonly reader: ConversationReader;
  readonly field: { readonly current: HTMLInputElement | null };
}

function Toolbar({ reader, field }: ToolbarProps) {
  const { run, conversation } = reader;
  const agents = run.detail.data.value?.agentDetails ?? [];
  return (
    <div class="conversation-bar" role="toolbar" aria-label="Conversation">
      {agents.length > 1 && (
        <FacetMenu
          title="Agent"
          values={agents.map(({ name, llmCalls }) => ({ value: name, count: llmCalls }))}
          selected={reader.agents.value}
          onChange={(selected) => reader.setAgents(selected)}
        />
      )}
      <label class="field conversation-find">
        <Icon name="search" />
        <input
          ref={field as never}
          type="search"
          placeholder="Find in the conversation"
          aria-label="Find in the conversation"
          value={reader.find.value}
          onInput={(event) => reader.setFind(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
          }}
        />
      </label>
      <button
        type="button"
        class="button quiet"
        aria-pressed={reader.isRaw.value}
        data-tip="Texts as they were sent (m)"
        onClick={() => reader.toggleRaw()}
      >
        Raw text
      </button>
      <span class="grow" />
      <span class="muted" role="status">
        {countLine(reader, conversation.data.value?.total ?? 0)}
      </span>
    </div>
  );
}

function countLine(reader: ConversationReader, total: number): string {
  const all = formatCounted(total, "turn");
  if (reader.words.value.length === 0 && reader.run.timeline.zoom.value === undefined) return all;
  return `${reader.turns.value.length} of ${all}${reader.conversation.isLoadingMore.value ? ", reading on…" : ""}`;
}

function NothingSaid() {
  return (
    <EmptyState title="Nobody has said anything yet">
      <p>A model's prompts and answers, tool calls and messages between agents are told here as they come in.</p>
    </EmptyState>
  );
}

function NothingPasses({ reader }: { readonly reader: ConversationReader }) {
  if (reader.find.value === "" && reader.run.timeline.zoom.value !== undefined) {
    return <NothingInWindow run={reader.run} noun="turn" />;
  }
  return (
    <EmptyState title={reader.find.value === "" ? "None of these agents said anything" : "No turn has these words"}>
      <button
        type="button"
        class="button"
        onClick={() => {
          reader.setFind("");
          reader.setAgents([]);
        }}
      >
        Show all turns
      </button>
    </EmptyState>
  );
}

/** Says why there are turns without words, and how to get them. */
function NotCaptured() {
  return (
    <div class="conversation-notice">
      <p>
        <Icon name="hint" /> No prompts or answers came in with this run: its instrumentation leaves them out. With
        OpenTelemetry's own, set <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true</code> and export logs
        too; for others see <em>Prompts and answers</em> in <code>docs/connect.md</code>.
      </p>
    </div>
  );
}

const PAGE_TURNS = 8;

function conversationActions(
  reader: ConversationReader,
  field: { readonly current: HTMLInputElement | null },
): ActionsOf<typeof CONVERSATION_COMMANDS> {
  return {
    next: () => reader.move(1),
    previous: () => reader.move(-1),
    someOn: () => reader.move(PAGE_TURNS),
    someBack: () => reader.move(-PAGE_TURNS),
    first: () => reader.moveToFirst(),
    last: () => void reader.moveToLast(),
    open: () => reader.open(),
    close: () => reader.close(),
    find: () => field.current?.focus(),
    raw: () => reader.toggleRaw(),
  };
}
