import { useCommands } from "../../base/commands.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { exploreAnswer, exploreMetric, exploreQuestion, loadExplore, metricCatalog } from "../../state/explore.ts";
import { aboutChanges, type Question } from "../../state/question.ts";
import type { Answer } from "../../state/question-answer.ts";
import { FilterChips } from "../../widgets/filter-chips.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import { AnswerChart } from "../charts/answer-chart.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { BoardTarget, PanelTarget } from "./board-target.tsx";
import { EXPLORE_COMMANDS } from "./explore-keys.ts";
import { NoMetrics } from "./no-metrics.tsx";
import { labelsOf, MetricChoice, QuestionBar, shapesOf } from "./question-bar.tsx";
import { SummaryTable } from "./summary-table.tsx";

export const exploreView: PageBody = { load: loadExplore, View: ExploreView };

function ExploreView() {
  const question = exploreQuestion.value;
  useCommands(EXPLORE_COMMANDS, () => ({ clear: clearFilters, shape: nextShape }));
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Metrics</h1>
        <MetricChoice />
        <span class="grow" />
        {question !== undefined && <BoardTarget question={question} />}
        <TimeRange />
      </header>
      {question === undefined ? (
        <Loaded from={metricCatalog}>{(metrics) => <NoMetrics metrics={metrics} />}</Loaded>
      ) : (
        <>
          <PanelTarget question={question} />
          <QuestionBar question={question} />
          <FilterChips
            filters={labelsOf(question).map((label) => ({ name: `attr.${label}`, title: label }))}
            onClear={clearFilters}
          />
          <Loaded from={exploreAnswer}>{(answer) => <ExploreAnswer question={question} answer={answer} />}</Loaded>
        </>
      )}
    </div>
  );
}

function ExploreAnswer({ question, answer }: { readonly question: Question; readonly answer: Answer }) {
  if (answer.rows.length === 0 && answer.series.length === 0) {
    return (
      <EmptyState title="Nothing was measured in this window of time">
        <p>Look further back, or take a filter away (Shift+X clears all of them).</p>
        <p>
          <button type="button" class="button" onClick={() => setQuery({ since: "-30d", until: undefined }, "step")}>
            Look at the last 30 days
          </button>
        </p>
      </EmptyState>
    );
  }
  const description = exploreMetric.value?.description;
  return (
    <>
      <section class="explore-chart">
        {description !== undefined && <p class="muted foreign">{visibleLine(description, 1000)}</p>}
        <AnswerChart question={question} answer={answer} onBrush={showInterval} />
      </section>
      <SummaryTable answer={answer} />
      {answer.isTruncated && (
        <p class="page-foot muted">There are more groups than one answer holds: narrow the question by a filter.</p>
      )}
    </>
  );
}

function showInterval(fromMs: number, untilMs: number): void {
  const instant = (ms: number) => new Date(ms).toISOString();
  setQuery({ since: instant(fromMs), until: instant(untilMs) }, "step");
}

function nextShape(): void {
  const question = exploreQuestion.peek();
  if (question === undefined) return;
  const shapes = shapesOf(question);
  const next = shapes[(shapes.indexOf(question.shape) + 1) % shapes.length];
  setQuery({ draw: next === "lines" ? undefined : next }, "step");
}

function clearFilters(): void {
  const question = exploreQuestion.peek();
  if (question === undefined) return;
  const { metric, figure, part, by, agg, ...filters } = aboutChanges(place.peek().query, question.about);
  setQuery(filters, "step");
}
