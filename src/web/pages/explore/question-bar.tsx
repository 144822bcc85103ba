import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { KEY_METRICS } from "../../../analysis/key-metrics.ts";
import { CHART_SHAPES, type ChartShape } from "../../../model/board-grid.ts";
import { FIGURES_OF_KIND } from "../../../model/metric-figures.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { exploreMetric, exploreQuestion, fetchLabelValues, metricCatalog } from "../../state/explore.ts";
import { partsOf } from "../../state/figure-parts.ts";
import { aboutChanges, KEY_FIGURE_GROUPS, type Question, whereChange } from "../../state/question.ts";
import { type Choice, ChoiceMenu } from "../../widgets/choice-menu.tsx";
import { FacetMenu, FacetValues } from "../../widgets/facet-menu.tsx";
import { Menu } from "../../widgets/menu.tsx";

const STEPS = ["10s", "1m", "5m", "15m", "1h", "6h", "1d"] as const;
const AUTOMATIC = "";
const FIGURE = "figure:";

/** What is asked about: a key figure, or a metric of the window. */
export function MetricChoice() {
  const about = exploreQuestion.value?.about;
  const figures = KEY_METRICS.map(({ name }) => ({
    ...{ value: FIGURE + name, title: figureTitle(name), group: "Key figures of runs" },
  }));
  const metrics = (metricCatalog.data.value ?? []).map(({ name, kind }) => ({
    ...{ value: name, title: name, note: kind, group: "Metrics of this window" },
  }));
  const chosen = about === undefined ? undefined : "metric" in about ? about.metric : FIGURE + about.figure;
  return (
    <ChoiceMenu
      title="Metric"
      choices={[...figures, ...metrics]}
      chosen={chosen}
      onChoose={(value) => {
        const next = value.startsWith(FIGURE) ? { figure: value.slice(FIGURE.length) } : { metric: value };
        setQuery(aboutChanges(place.peek().query, next), "step");
      }}
    />
  );
}

function figureTitle(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Labels that a question can be told apart by and narrowed to. */
export function labelsOf({ about, where }: Question): readonly string[] {
  const known = "figure" in about ? KEY_FIGURE_GROUPS : (exploreMetric.value?.labels ?? []);
  return [...new Set([...known, ...where.keys()])];
}

const SHAPE_TITLES: Readonly<Record<ChartShape, string>> = { lines: "Lines", bars: "Bars", heatmap: "Heatmap" };

const NO_SIZES = "A heatmap shows sizes of values: they are known of histograms and of task completion times";

/** How a question's answer can be drawn: as a heatmap where sizes of values are known. */
export function shapesOf({ about, shape }: Question): readonly ChartShape[] {
  const hasSizes =
    "figure" in about ? about.figure === "task_completion_time" : exploreMetric.value?.kind === "histogram";
  return CHART_SHAPES.filter((one) => one !== "heatmap" || hasSizes || shape === one);
}

/** Aggregation, grouping, step, filters and shape of a question. */
export function QuestionBar({ question }: { readonly question: Question }) {
  const { step, shape } = question;
  const steps = STEPS.map((value) => ({ value, title: value }));
  const shapes = shapesOf(question);
  return (
    <div class="explore-bar">
      <Aggregation question={question} />
      {shape !== "heatmap" && <Grouping question={question} />}
      <ChoiceMenu
        title="Step"
        choices={[{ value: AUTOMATIC, title: "automatic" }, ...steps]}
        chosen={step ?? AUTOMATIC}
        onChoose={(value) => setQuery({ step: value === AUTOMATIC ? undefined : value }, "step")}
      />
      <fieldset class="explore-shape" aria-label="Draw as">
        {CHART_SHAPES.map((one) => (
          <button
            key={one}
            type="button"
            class="button quiet"
            disabled={!shapes.includes(one)}
            data-tip={shapes.includes(one) ? undefined : NO_SIZES}
            aria-pressed={shape === one}
            onClick={() => setQuery({ draw: one === "lines" ? undefined : one }, "step")}
          >
            {SHAPE_TITLES[one]}
          </button>
        ))}
      </fieldset>
      <span class="explore-filters muted">Only where</span>
      {labelsOf(question)
        .filter((label) => !("figure" in question.about) || label !== "tool")
        .map((label) => (
          <LabelFilter key={label} question={question} label={label} />
        ))}
    </div>
  );
}

function Aggregation({ question: { about, agg, shape } }: { readonly question: Question }) {
  if (shape === "heatmap") return undefined;
  if ("figure" in about) return <FigureParts figure={about.figure} part={about.part} />;
  const metric = exploreMetric.value;
  if (metric === undefined) return undefined;
  const figures = FIGURES_OF_KIND[metric.kind];
  return (
    <ChoiceMenu
      title="Show"
      choices={figures.map((value) => ({ value, title: value }))}
      chosen={agg ?? figures[0]}
      onChoose={(value) => setQuery({ agg: value === figures[0] ? undefined : value }, "step")}
    />
  );
}

function FigureParts({ figure, part }: { readonly figure: string; readonly part: string | undefined }) {
  const parts = partsOf(figure).map(({ name, title }) => ({ value: name, title }));
  return (
    <ChoiceMenu
      title="Show"
      choices={[{ value: AUTOMATIC, title: "the figure" }, ...parts]}
      chosen={part ?? AUTOMATIC}
      onChoose={(value) => setQuery({ part: value === AUTOMATIC ? undefined : value }, "step")}
    />
  );
}

function Grouping({ question }: { readonly question: Question }) {
  if (!("figure" in question.about)) {
    return (
      <FacetMenu
        title="By"
        values={labelsOf(question).map((value) => ({ value }))}
        selected={question.by}
        onChange={(by) => setQuery({ by }, "step")}
      />
    );
  }
  const choices: readonly Choice[] = [
    { value: AUTOMATIC, title: "nothing" },
    ...KEY_FIGURE_GROUPS.map((value) => ({ value, title: value === "name" ? "run" : value })),
  ];
  return (
    <ChoiceMenu
      title="By"
      choices={choices}
      chosen={question.by[0] ?? AUTOMATIC}
      onChoose={(value) => setQuery({ by: value === AUTOMATIC ? undefined : value }, "step")}
    />
  );
}

interface LabelFilterProps {
  readonly question: Question;
  readonly label: string;
}

/** The values of one label, asked for when the menu opens. */
function LabelFilter({ question, label }: LabelFilterProps) {
  const count = question.where.get(label)?.length ?? 0;
  const name = visibleLine(label, 60);
  return (
    <Menu label={count === 0 ? name : `${name} ${count}`} isActive={count > 0}>
      {() => <LabelValues question={question} label={label} />}
    </Menu>
  );
}

function LabelValues({ question, label }: LabelFilterProps) {
  const values = useSignal<readonly { readonly value: string; readonly count: number }[] | undefined>(undefined);
  useEffect(() => {
    const running = new AbortController();
    fetchLabelValues(question, label, running.signal).then(
      (found) => {
        values.value = found;
      },
      () => {
        // What is chosen can still be taken away; the answer itself says what is wrong with the server.
        if (!running.signal.aborted) values.value = [];
      },
    );
    return () => running.abort();
  }, []);
  if (values.value === undefined) return <p class="menu-note muted">Loading…</p>;
  return (
    <FacetValues
      title={label}
      values={values.value}
      selected={question.where.get(label) ?? []}
      onChange={(chosen) => setQuery(whereChange(label, chosen), "step")}
    />
  );
}
