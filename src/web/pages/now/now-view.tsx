import { formatCounted } from "../../base/format.ts";
import { place } from "../../base/router.ts";
import { inWindowHref } from "../../state/error-query.ts";
import {
  failing,
  hadFailing,
  hadTroubled,
  isListHeld,
  keyMetrics,
  loadNow,
  RUNNING_MAX,
  recent,
  runningCount,
  runningRuns,
  troubled,
} from "../../state/now.ts";
import { Loaded } from "../../widgets/notices.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import { KeyFigures } from "../key-figures.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { NoRuns } from "../runs/no-runs.tsx";
import { ErrorLines } from "./error-lines.tsx";
import { RunLines } from "./run-lines.tsx";
import { RunningRun } from "./running-run.tsx";

export const nowBody: PageBody = { load: loadNow, View: NowView };

function NowView() {
  const running = runningRuns.value;
  const hasNothing = running.length === 0 && recent.data.value?.length === 0;
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Now</h1>
        <span class="muted" role="status">
          {runningCount.value === 0 ? "Nothing runs" : `${formatCounted(runningCount.value, "run")} at work`}
        </span>
        <span class="grow" />
        <TimeRange />
      </header>
      {hasNothing ? (
        <NoRuns isFiltered={false} />
      ) : (
        <div class="now">
          <Loaded from={keyMetrics}>{(answer) => <KeyFigures answer={answer} />}</Loaded>
          <div class="now-body">
            <section
              class="now-part"
              aria-label="Running"
              onPointerEnter={() => {
                isListHeld.value = true;
              }}
              onPointerLeave={() => {
                isListHeld.value = false;
              }}
            >
              <h2 class="section-title">Running</h2>
              {running.length === 0 && (
                <p class="muted now-empty">
                  No run goes on. It appears here with its first span.{" "}
                  <a class="link" href="/settings/connect">
                    Connect an agent
                  </a>
                </p>
              )}
              {running.slice(0, RUNNING_MAX).map(({ run: { id } }) => (
                <RunningRun key={id} id={id} />
              ))}
              {running.length > RUNNING_MAX && (
                <a class="now-more" href="/runs?status=running">
                  and {formatCounted(running.length - RUNNING_MAX, "more run")}
                </a>
              )}
            </section>
            <NowLists />
          </div>
        </div>
      )}
    </div>
  );
}

/** What fails comes first; of what was empty when the page came nothing is to be seen but a line at the end. */
function NowLists() {
  const parts = [
    {
      isEmpty: hadTroubled.value === false,
      part: (
        <section key="troubled" class="now-part" aria-label="Failed or stalled">
          <NowTitle title="Failed or stalled" href="/runs?since=-30d&status=failed&status=stalled" />
          <Loaded from={troubled}>
            {(runs) => <RunLines runs={runs} none="Nothing failed in the last 30 days." isTroubled />}
          </Loaded>
        </section>
      ),
    },
    {
      isEmpty: hadFailing.value === false,
      part: (
        <section key="failing" class="now-part" aria-label="Errors">
          <NowTitle title="Errors of this window" href={inWindowHref("/errors", place.value.query)} />
          <Loaded from={failing}>{(groups) => <ErrorLines groups={groups} />}</Loaded>
        </section>
      ),
    },
    {
      isEmpty: false,
      part: (
        <section key="recent" class="now-part recent" aria-label="Recent runs">
          <NowTitle title="Recent runs" href="/runs" />
          <Loaded from={recent}>{(runs) => <RunLines runs={runs} none="No runs yet." />}</Loaded>
        </section>
      ),
    },
  ];
  const inOrder = parts.toSorted((a, b) => Number(a.isEmpty) - Number(b.isEmpty));
  return <div class="now-lists">{inOrder.map(({ part }) => part)}</div>;
}

/** Over a list that has room for a few: the way to all of them. */
function NowTitle({ title, href }: { readonly title: string; readonly href: string }) {
  return (
    <header class="now-title">
      <h2 class="section-title">{title}</h2>
      <a class="muted" href={href}>
        All
      </a>
    </header>
  );
}
