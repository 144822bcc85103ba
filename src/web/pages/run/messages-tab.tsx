import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Message } from "../../../model/shapes.ts";
import { formatBytes, formatCount, formatDuration, formatShare, UNKNOWN } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { countUntil } from "../../plots/instants.ts";
import { spanOfMessage, USER } from "../../plots/sequence-messages.ts";
import { msInRun, type OpenRun } from "../../state/open-run.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { NothingInWindow } from "./run-time.tsx";

/** Who said what to whom, in the order of time. */
export function MessagesTab({ run }: { readonly run: OpenRun }) {
  const { timeline } = run;
  const rows = useComputed(() =>
    (run.messages.data.value?.messages ?? []).filter(({ at }) => timeline.isInWindow(msInRun(run, at))),
  );
  const times = useComputed(() => Float64Array.from(rows.value, ({ at }) => msInRun(run, at)));
  const mark = useComputed(() => {
    const cursorMs = timeline.cursorMs.value;
    return cursorMs === undefined ? undefined : countUntil(times.value, cursorMs);
  });
  const selected = useComputed(() => {
    const span = timeline.selected.value;
    const index = rows.value.findIndex((message) => spanOfMessage(message) === span && span !== undefined);
    return index < 0 ? undefined : String(index);
  });
  const columns = useRef(messageColumns(run)).current;
  return (
    <Loaded from={run.messages}>
      {({ messages }) =>
        messages.length === 0 ? (
          <EmptyState title="No messages between agents">
            <p>
              Talea finds them in delegations, handoffs and agents used as tools, or where agents send them as RunEvents
              of type <code>message.sent</code>.
            </p>
          </EmptyState>
        ) : (
          <>
            {rows.value.length === 0 && <NothingInWindow run={run} noun="message" />}
            <Table
              label="Messages"
              columns={columns}
              rows={rows}
              keyOf={(message) => String(rows.peek().indexOf(message))}
              selected={selected}
              mark={mark}
              revealWishes={timeline.revealWishes}
              onSelect={(key) => selectMessage(run, rows.peek()[Number(key)])}
              onOpen={(message) => {
                selectMessage(run, message);
                timeline.isPanelOpen.value = true;
              }}
            />
          </>
        )
      }
    </Loaded>
  );
}

function selectMessage(run: OpenRun, message: Message | undefined): void {
  const spanId = message && spanOfMessage(message);
  if (spanId !== undefined) run.timeline.selectSpan(spanId);
}

function messageColumns(run: OpenRun): Column<Message>[] {
  const startMs = () => Date.parse(run.detail.data.peek()?.startedAt ?? "");
  return [
    {
      id: "at",
      title: "At",
      width: "60px",
      isNumber: true,
      hint: "After the run's start",
      render: ({ at }) => formatDuration(Date.parse(at) - startMs()),
    },
    { id: "from", title: "From", width: "minmax(88px, 140px)", render: ({ from }) => <Party name={from} /> },
    {
      id: "kind",
      title: "Kind",
      width: "80px",
      render: ({ kind }) => (
        <span class="message-kind">
          <Icon name="right" size={12} />
          {kind}
        </span>
      ),
    },
    { id: "to", title: "To", width: "minmax(88px, 140px)", render: ({ to }) => <Party name={to} /> },
    {
      id: "preview",
      title: "Content",
      width: "minmax(120px, 1fr)",
      render: ({ preview }) =>
        preview === undefined ? (
          <span class="muted">not captured</span>
        ) : (
          <span class="foreign">{visibleLine(preview)}</span>
        ),
    },
    { id: "bytes", title: "Size", width: "52px", isNumber: true, render: ({ bytes }) => formatBytes(bytes) },
    {
      id: "tokens",
      title: "Tokens",
      width: "52px",
      isNumber: true,
      hint: "Estimated from the share of its text in model calls",
      render: ({ tokens, tokensEstimated }) =>
        tokens === undefined ? UNKNOWN : `${tokensEstimated ? "≈ " : ""}${formatCount(tokens)}`,
    },
    {
      id: "transit",
      title: "Transit",
      width: "60px",
      isNumber: true,
      hint: "From sending to the receiver's first own work",
      render: ({ transitMs }) => formatDuration(transitMs),
    },
    {
      id: "evidence",
      title: "Evidence",
      width: "72px",
      hint: "The rule that the message was found by, and how sure it is",
      render: ({ evidence, confidence }) => (
        <span class="muted">
          {evidence} · {formatShare(confidence)}
        </span>
      ),
    },
  ];
}

/** The user has no colour: only agents have. */
function Party({ name }: { readonly name: string }) {
  return name === USER ? <span class="muted">user</span> : <AgentName name={name} />;
}
