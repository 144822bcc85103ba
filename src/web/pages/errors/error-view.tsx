import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ErrorDetail } from "../../../model/error-shapes.ts";
import type { ActionsOf } from "../../base/command-table.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCount, formatExactCount } from "../../base/format.ts";
import { type PathValues, queryValue } from "../../base/place.ts";
import { go, place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { ERROR_FILTERS, errorsHref } from "../../state/error-query.ts";
import { errorKind, loadErrorKind } from "../../state/errors.ts";
import { Ago } from "../../widgets/ago.tsx";
import { CopyButton } from "../../widgets/copy-button.tsx";
import { Figure } from "../../widgets/figure.tsx";
import { FilterChips } from "../../widgets/filter-chips.tsx";
import { LongText } from "../../widgets/long-text.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { Table } from "../../widgets/table.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { NewMark } from "./error-columns.tsx";
import { ERROR_COMMANDS } from "./error-keys.ts";
import { errorRunColumns, hrefOfErrorRun } from "./error-run-columns.tsx";
import { ErrorShares } from "./error-shares.tsx";
import { ErrorTrend } from "./error-trend.tsx";

export const errorView: PageBody = {
  load: ({ fingerprint = "" }) => loadErrorKind(fingerprint),
  View: ErrorView,
};

function ErrorView({ values: { fingerprint = "" } }: { readonly values: PathValues }) {
  useCommands(ERROR_COMMANDS, actions);
  return (
    <div class="page">
      <header class="page-bar">
        <div class="page-title">
          <a class="muted" href={errorsHref("/errors", place.value.query)}>
            Errors
          </a>
          <span class="muted" aria-hidden="true">
            /
          </span>
          <h1 class="foreign cut">{titleOf(errorKind.data.value, fingerprint)}</h1>
        </div>
        <span class="grow" />
        <TimeRange />
      </header>
      <FilterChips filters={ERROR_FILTERS} onClear={clearFilters} />
      <Loaded from={errorKind}>{(detail) => <ErrorBody detail={detail} />}</Loaded>
    </div>
  );
}

function titleOf(detail: ErrorDetail | undefined, fingerprint: string): string {
  return visibleLine(detail?.type ?? detail?.message?.split("\n")[0] ?? fingerprint, 120);
}

function ErrorBody({ detail }: { readonly detail: ErrorDetail }) {
  const rows = useComputed(() => errorKind.data.value?.exampleRuns ?? []);
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(errorRunColumns()).current;
  return (
    <>
      <div class="error-head">
        <ErrorMessage detail={detail} />
        <ErrorFigures detail={detail} />
        <ErrorTrend trend={detail.trend} window={detail.window} />
        {detail.count > 0 && <ErrorShares detail={detail} />}
      </div>
      <h2 class="section-title">Latest runs</h2>
      {rows.value.length === 0 ? (
        <p class="error-nothing muted">It was not met in this window of time.</p>
      ) : (
        <Table
          label="Latest runs"
          columns={columns}
          rows={rows}
          keyOf={({ runId, spanId = "" }) => `${runId} ${spanId}`}
          selected={selected}
          onSelect={(key) => setQuery({ selected: key }, "quiet")}
          hrefOf={hrefOfErrorRun}
        />
      )}
    </>
  );
}

function ErrorMessage({
  detail: { message, example = message ?? "", exampleCharacters },
}: {
  readonly detail: ErrorDetail;
}) {
  if (example === "") return <p class="muted">The spans say no more than that they failed.</p>;
  return (
    <section class="error-message" aria-label="What the latest says">
      <LongText text={example} first={600} isCode />
      {exampleCharacters !== undefined && (
        <p class="muted">The whole has {formatExactCount(exampleCharacters)} characters: see the span.</p>
      )}
      <CopyButton text={() => example} label="Copy the message" />
    </section>
  );
}

function ErrorFigures({ detail }: { readonly detail: ErrorDetail }) {
  return (
    <dl class="figures">
      <Figure label="Errors" tip="Each where it began; every attempt at a call counts" isFailure={detail.count > 0}>
        {formatCount(detail.count)}
      </Figure>
      <Figure label="Runs">{formatCount(detail.runs)}</Figure>
      <Figure label="Swallowed" tip="The span around them went on: a retry made them good, or nobody looked">
        {formatCount(detail.swallowed)}
      </Figure>
      <Figure label="Failed spans" tip="With those that only passed the error on">
        {formatCount(detail.failedSpans)}
      </Figure>
      <Figure label="First seen" tip="As far back as anything is kept">
        <Ago instant={detail.firstSeenEver} /> {detail.isNew && <NewMark />}
      </Figure>
      <Figure label="Last seen">
        <Ago instant={detail.lastSeen} />
      </Figure>
    </dl>
  );
}

function actions(): ActionsOf<typeof ERROR_COMMANDS> {
  return {
    back: () => go(errorsHref("/errors", place.peek().query)),
    openLatest: () => {
      const latest = errorKind.data.peek()?.exampleRuns[0];
      if (latest !== undefined) go(hrefOfErrorRun(latest));
    },
  };
}

function clearFilters(): void {
  setQuery(Object.fromEntries(ERROR_FILTERS.map(({ name }) => [name, undefined])), "step");
}
