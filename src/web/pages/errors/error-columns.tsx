import type { ErrorGroup } from "../../../model/error-shapes.ts";
import { formatCount, formatCounted, UNKNOWN } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { errorsHref } from "../../state/error-query.ts";
import { AgentNames } from "../../widgets/agent-name.tsx";
import { Ago } from "../../widgets/ago.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Sparkline } from "../../widgets/sparkline.tsx";
import type { Column } from "../../widgets/table.tsx";

export function errorColumns(): Column<ErrorGroup>[] {
  return [
    {
      id: "error",
      title: "Error",
      width: "minmax(280px, 4fr)",
      phoneWidth: "minmax(0, 1fr)",
      hint: "Class and message; equal but for numbers, ids and quoted text",
      render: (group) => <ErrorName group={group} />,
    },
    {
      id: "trend",
      title: "Trend",
      width: "112px",
      hint: "Over the window",
      render: ({ trend, count }) => (
        <Sparkline
          values={trend}
          label={`${formatCounted(count, "error")}; at most ${Math.max(...trend)} in one of ${trend.length} steps`}
          shape="bars"
          width={112}
          isFailure
        />
      ),
    },
    {
      id: "count",
      title: "Errors",
      width: "60px",
      phoneWidth: "44px",
      isNumber: true,
      isSortable: true,
      hint: "Each where it began; every attempt at a call counts",
      render: ({ count }) => <span class="failed">{formatCount(count)}</span>,
    },
    {
      id: "swallowed",
      title: "Swallowed",
      width: "68px",
      isNumber: true,
      hint: "The span around them went on: a retry made them good, or nobody looked",
      render: ({ swallowed }) => (swallowed === 0 ? <span class="muted">{UNKNOWN}</span> : formatCount(swallowed)),
    },
    {
      id: "runs",
      title: "Runs",
      width: "52px",
      isNumber: true,
      isSortable: true,
      render: ({ runs }) => formatCount(runs),
    },
    {
      id: "agents",
      title: "Agents",
      width: "minmax(140px, 2fr)",
      render: ({ agents }) =>
        agents.length === 0 ? <span class="muted">{UNKNOWN}</span> : <AgentNames names={agents} max={2} />,
    },
    {
      id: "firstSeen",
      title: "First seen",
      width: "76px",
      hint: "As far back as anything is kept",
      render: ({ firstSeenEver }) => <Ago instant={firstSeenEver} />,
    },
    {
      id: "lastSeen",
      title: "Last seen",
      width: "76px",
      phoneWidth: "64px",
      isSortable: true,
      render: ({ lastSeen }) => <Ago instant={lastSeen} />,
    },
  ];
}

function ErrorName({ group: { fingerprint, type, message, kinds, isNew } }: { readonly group: ErrorGroup }) {
  return (
    <a class="error-name" href={errorsHref(pathOf`/errors/${fingerprint}`, place.value.query)} tabIndex={-1}>
      <Icon name={kinds[0] ?? "other"} />
      {type !== undefined && <span class="error-type foreign cut">{visibleLine(type, 120)}</span>}
      <span class="foreign cut grow">
        {visibleLine(message ?? (type === undefined ? "Failed without a word" : ""))}
      </span>
      {isNew && <NewMark />}
    </a>
  );
}

/** Met for the first time in the window. */
export function NewMark() {
  return (
    <span class="new-mark" data-tip="Met for the first time in this window">
      new
    </span>
  );
}
