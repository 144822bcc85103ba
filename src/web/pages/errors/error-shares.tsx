import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { ErrorDetail, ErrorShare } from "../../../model/error-shapes.ts";
import { formatCount, formatCounted, UNKNOWN } from "../../base/format.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";

const SHOWN_FIRST = 6;

/** Who meets a kind of error, at what, and where. */
export function ErrorShares({ detail }: { readonly detail: ErrorDetail }) {
  const { query } = place.value;
  return (
    <div class="error-sides">
      <Side
        title="Agents"
        shares={detail.byAgent}
        render={({ value }) => (value === "" ? <span class="muted">no agent</span> : <AgentName name={value} isLink />)}
      />
      <Side
        title="Models, tools"
        shares={detail.byThing}
        render={({ kind, value }) => {
          const field = kind === "llm" ? "model" : kind === "tool" ? "tool" : "name";
          return (
            <a class="error-thing" href={inWindowHref("/search", query, { status: "error", kind, [field]: value })}>
              <Icon name={kind} />
              <span class="foreign cut">{visibleLine(value, 120) || UNKNOWN}</span>
            </a>
          );
        }}
      />
      <Side
        title="Runs by name"
        shares={detail.byRunName}
        render={({ value }) => (
          <a class="foreign cut" href={inWindowHref("/runs", query, { name: value, hasError: "true" })}>
            {visibleLine(value, 120) || UNKNOWN}
          </a>
        )}
      />
      {detail.byService.length > 1 && (
        <Side
          title="Services"
          shares={detail.byService}
          render={({ value }) => <span class="foreign cut">{visibleLine(value, 120) || UNKNOWN}</span>}
        />
      )}
    </div>
  );
}

interface SideProps<S> {
  readonly title: string;
  /** The largest first. */
  readonly shares: readonly S[];
  readonly render: (share: S) => ComponentChildren;
}

function Side<S extends ErrorShare>({ title, shares, render }: SideProps<S>) {
  const isWhole = useSignal(false);
  const shown = isWhole.value ? shares : shares.slice(0, SHOWN_FIRST);
  const rest = shares.length - shown.length;
  const largest = shares[0]?.count ?? 1;
  return (
    <section class="error-side">
      <h2>{title}</h2>
      <ul>
        {shown.map((share) => (
          <li key={`${share.value} ${"kind" in share ? share.kind : ""}`}>
            <span class="error-side-name">{render(share)}</span>
            <span class="duration-bar" aria-hidden="true">
              <i class="failed" style={{ width: `${Math.max(2, (share.count / largest) * 100)}%` }} />
            </span>
            <span class="number" data-tip={tipOf(share)}>
              {formatCount(share.count)}
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <button type="button" class="button quiet small" onClick={() => (isWhole.value = true)}>
          {rest} more
        </button>
      )}
    </section>
  );
}

function tipOf({ count, swallowed, runs }: ErrorShare): string {
  const gone = swallowed === 0 ? "" : `, ${formatCount(swallowed)} swallowed`;
  return `${formatCounted(count, "error")} in ${formatCounted(runs, "run")}${gone}`;
}
