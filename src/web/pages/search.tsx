import "./search.css";
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCommands } from "../base/commands.ts";
import { formatCount, formatDuration, formatMoney, UNKNOWN } from "../base/format.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { visibleLine } from "../base/visible-text.ts";
import { type FoundSpan, foundSpans, loadMoreSpans, loadSearch, openFailure, openFoundSpan } from "../state/search.ts";
import { AgentName } from "../widgets/agent-name.tsx";
import { Ago } from "../widgets/ago.tsx";
import { Icon } from "../widgets/icon.tsx";
import { EmptyState, FailureNotice, Loaded } from "../widgets/notices.tsx";
import { type Column, Table } from "../widgets/table.tsx";
import { TimeRange } from "../widgets/time-range.tsx";
import type { Page } from "./page.ts";
import { SPAN_SEARCH } from "./search-keys.ts";
import { ViewsMenu } from "./views-menu.tsx";

export const searchPage: Page = {
  paths: ["/search"],
  title: () => "Search",
  navigation: { title: "Search", icon: "search", hotkey: "g s" },
  load: loadSearch,
  View: SearchView,
};

const KINDS = ["llm", "tool", "agent", "task", "retrieval", "message"] as const;
const KEY_SEPARATOR = "-";

function SearchView() {
  const rows = useComputed(() => foundSpans.data.value?.spans ?? []);
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(spanColumns()).current;
  return (
    <div class="page">
      <SearchBar />
      {openFailure.value && <FailureNotice failure={openFailure.value} />}
      <Loaded from={foundSpans}>
        {({ spans }) =>
          spans.length === 0 ? (
            <EmptyState title="No span was found">
              <p>The search looks into names, errors, inputs and outputs of spans in the window of time.</p>
            </EmptyState>
          ) : (
            <Table
              label="Spans"
              columns={columns}
              rows={rows}
              keyOf={({ traceId, id }) => traceId + KEY_SEPARATOR + id}
              selected={selected}
              onSelect={(key) => setQuery({ selected: key }, "quiet")}
              onOpen={(span) => void openFoundSpan(span)}
              onEnd={() => void loadMoreSpans()}
            />
          )
        }
      </Loaded>
    </div>
  );
}

function SearchBar() {
  const field = useRef<HTMLInputElement>(null);
  const { query } = place.value;
  const text = queryValue(query, "q") ?? "";
  const kinds = query.get("kind") ?? [];
  const isFailed = queryValue(query, "status") === "error";
  useCommands(SPAN_SEARCH, () => ({ search: () => field.current?.select() }));
  useEffect(() => {
    if (field.current !== null && document.activeElement !== field.current) field.current.value = text;
  }, [text]);
  return (
    <header class="page-bar">
      <h1>Search</h1>
      <form
        class="field search-spans"
        onSubmit={(event) => {
          event.preventDefault();
          setQuery({ q: field.current?.value.trim() || undefined }, "step");
          field.current?.blur();
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          aria-label="Search spans"
          placeholder="Text in names, errors, inputs, outputs"
        />
        <kbd class="key">/</kbd>
      </form>
      {KINDS.map((kind) => (
        <button
          key={kind}
          type="button"
          class="button"
          aria-pressed={kinds.includes(kind)}
          onClick={() =>
            setQuery(
              { kind: kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind] },
              "step",
            )
          }
        >
          <Icon name={kind} />
          {kind}
        </button>
      ))}
      <button
        type="button"
        class="button"
        aria-pressed={isFailed}
        onClick={() => setQuery({ status: isFailed ? undefined : "error" }, "step")}
      >
        Failed
      </button>
      <span class="grow" />
      <ViewsMenu />
      <TimeRange />
    </header>
  );
}

function spanColumns(): Column<FoundSpan>[] {
  return [
    {
      id: "name",
      title: "Span",
      width: "minmax(180px, 1fr)",
      phoneWidth: "minmax(0, 1fr)",
      render: ({ name, kind, status }) => (
        <span class={status === "error" ? "found-name failed" : "found-name"}>
          <Icon name={kind} />
          <span class="foreign cut">{visibleLine(name)}</span>
        </span>
      ),
    },
    {
      id: "agent",
      title: "Agent",
      width: "minmax(90px, 150px)",
      phoneWidth: "104px",
      hint: "The agent that the span itself names",
      render: ({ agent }) => (agent === undefined ? "" : <AgentName name={agent} />),
    },
    {
      id: "started",
      title: "Started",
      width: "72px",
      phoneWidth: "60px",
      render: ({ startedAt }) => <Ago instant={startedAt} />,
    },
    {
      id: "duration",
      title: "Duration",
      width: "72px",
      phoneWidth: "60px",
      isNumber: true,
      render: ({ durationMs }) => (durationMs === undefined ? "open" : formatDuration(durationMs)),
    },
    {
      id: "model",
      title: "Model or tool",
      width: "minmax(100px, 160px)",
      render: (span) => <ModelOrTool span={span} />,
    },
    {
      id: "tokens",
      title: "Tokens",
      width: "84px",
      isNumber: true,
      render: ({ tokens }) =>
        tokens === undefined ? (
          <span class="muted">{UNKNOWN}</span>
        ) : (
          `${formatCount(tokens.input)} → ${formatCount(tokens.output)}`
        ),
    },
    { id: "cost", title: "Cost", width: "72px", isNumber: true, render: ({ cost }) => formatMoney(cost?.usd) },
    {
      id: "content",
      title: "Content",
      width: "minmax(200px, 2fr)",
      render: (span) => (
        <span class={span.statusMessage === undefined ? "foreign muted" : "foreign failed"}>
          {visibleLine(span.statusMessage ?? span.outputPreview ?? span.inputPreview ?? "")}
        </span>
      ),
    },
  ];
}

function ModelOrTool({ span: { model, tool } }: { readonly span: FoundSpan }) {
  return <span class="foreign">{visibleLine(model ?? tool ?? "", 60)}</span>;
}
