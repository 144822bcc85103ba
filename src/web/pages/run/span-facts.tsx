import type { ComponentChildren } from "preact";
import type { Span } from "../../../model/shapes.ts";
import { formatDuration, formatExactCount, formatInstantExact, formatMoney } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { OpenRun } from "../../state/open-run.ts";

/** When it was, what it used, what it cost. */
export function SpanFacts({ run, span }: { readonly run: OpenRun; readonly span: Span }) {
  const { tokens, model, provider, tool } = span;
  return (
    <dl class="span-facts">
      <Timing run={run} span={span} />
      {model !== undefined && (
        <Fact title="Model">
          <span class="foreign">{visibleLine(model)}</span>
          {provider !== undefined && <span class="muted foreign"> {visibleLine(provider)}</span>}
        </Fact>
      )}
      {tool !== undefined && (
        <Fact title="Tool">
          <span class="foreign">{visibleLine(tool)}</span>
        </Fact>
      )}
      {tokens !== undefined && (
        <Fact title="Tokens">
          <TokenFacts tokens={tokens} isCounted={span.counted} />
        </Fact>
      )}
      {span.cost !== undefined && (
        <Fact title="Cost">
          <CostFact cost={span.cost} />
        </Fact>
      )}
      <Fact title="Status">
        <span class={span.status === "error" ? "failed" : ""}>{span.status === "unset" ? "ended" : span.status}</span>
      </Fact>
      <Fact title="Service">
        <span class="foreign">{visibleLine(span.service)}</span>
      </Fact>
      <Fact title="Read as">
        <span>{span.dialect}</span>
        {span.scope !== undefined && (
          <span class="muted foreign">
            {" "}
            from {visibleLine(span.scope)} {visibleLine(span.scopeVersion ?? "")}
          </span>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Timing({ run, span }: { readonly run: OpenRun; readonly span: Span }) {
  const columns = run.timeline.built.value?.columns;
  const position = run.timeline.selectedPosition.value;
  const row = run.timeline.built.value?.tree.rows[position];
  const start = columns === undefined || row === undefined ? undefined : columns.start[row];
  return (
    <>
      <Fact title="Duration">
        {span.durationMs === undefined ? "still open" : formatDuration(span.durationMs)}
        <span class="muted"> own {formatDuration(span.ownMs)}</span>
      </Fact>
      <Fact title="Begins">
        {start === undefined ? "" : `${formatDuration(start)} `}
        <span class="muted">{formatInstantExact(span.startedAt)}</span>
      </Fact>
    </>
  );
}

function TokenFacts({
  tokens,
  isCounted,
}: {
  readonly tokens: NonNullable<Span["tokens"]>;
  readonly isCounted: boolean;
}) {
  const parts = [
    ...(tokens.cacheRead > 0 ? [`${formatExactCount(tokens.cacheRead)} from a cache`] : []),
    ...(tokens.cacheWrite > 0 ? [`${formatExactCount(tokens.cacheWrite)} written to a cache`] : []),
    ...(tokens.reasoning > 0 ? [`${formatExactCount(tokens.reasoning)} for reasoning`] : []),
    ...(isCounted ? [] : ["not counted: repeats another span's"]),
  ];
  return (
    <>
      {formatExactCount(tokens.input)} in → {formatExactCount(tokens.output)} out
      {parts.length > 0 && <span class="muted"> {parts.join(", ")}</span>}
    </>
  );
}

function CostFact({ cost }: { readonly cost: NonNullable<Span["cost"]> }) {
  if (cost.usd === undefined) return <span class="muted">unpriced: no price is known for this model</span>;
  return (
    <>
      {formatMoney(cost.usd)}
      {cost.source !== undefined && <span class="muted"> {visibleLine(cost.source, 80)}</span>}
    </>
  );
}
