import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { BoardPanel } from "../../../model/config-shapes.ts";
import { formatQuery, queryValue } from "../../base/place.ts";
import { Resource } from "../../base/resource.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { askedWindow } from "../../state/asked-window.ts";
import { boardAgent, boardTick, editBoard, isEditing, openBuiltIn, openedBoard } from "../../state/boards.ts";
import { askPanel, exploreHref, panelQuestion } from "../../state/panel-answer.ts";
import { apiQuestionQuery, type Question } from "../../state/question.ts";
import type { Answer } from "../../state/question-answer.ts";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { AnswerChart } from "../charts/answer-chart.tsx";

interface PanelProps {
  readonly panel: BoardPanel;
  readonly cursor: Signal<number | undefined>;
  readonly isDragged: boolean;
  readonly onTake: (event: PointerEvent, isResizing: boolean) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A chart of a question, with a title that leads to the explorer. */
export function Panel({ panel, cursor, isDragged, onTake, onKeyDown }: PanelProps) {
  const frame = useRef<HTMLElement>(null);
  const { id, title, column, row, width, height } = panel;
  const agent = boardAgent.value;
  // A board of one agent shows nothing before it is known which.
  const isWaiting = openBuiltIn.value?.isOfOneAgent === true && agent === undefined;
  const question = panelQuestion(panel.question, agent);
  const answer = usePanelAnswer(frame, question, isWaiting);
  const area = {
    "--column": `${column + 1} / span ${width}`,
    "--row": `${row + 1} / span ${height}`,
    "--rows": `${height}`,
  };
  return (
    <article
      ref={frame}
      class={isDragged ? "board-panel dragged" : "board-panel"}
      style={area}
      aria-label={title === "" ? "Panel" : title}
      data-panel={id}
      {...(isEditing.value
        ? { tabIndex: 0, "aria-roledescription": "panel; arrows move it, Shift and arrows resize it" }
        : {})}
      onKeyDown={onKeyDown}
    >
      {isEditing.value ? (
        <EditHead panel={panel} onTake={(event) => onTake(event, false)} />
      ) : (
        <header class="board-panel-head">
          <h2 class="cut">
            <a class="foreign" href={exploreHref(question, place.value.query)}>
              {visibleLine(title === "" ? "Untitled" : title, 200)}
            </a>
          </h2>
        </header>
      )}
      <Loaded from={answer}>{(found) => <PanelChart question={question} answer={found} cursor={cursor} />}</Loaded>
      {isEditing.value && (
        <span class="board-resize" aria-hidden="true" onPointerDown={(event) => onTake(event, true)} />
      )}
    </article>
  );
}

/** The answer to a question, asked for while the panel is in sight. */
function usePanelAnswer(
  frame: { readonly current: HTMLElement | null },
  question: Question | undefined,
  isWaiting: boolean,
): Resource<Answer> {
  const answer = useRef(new Resource<Answer>()).current;
  const isSeen = useSignal(false);
  const window = askedWindow(place.value.query);
  const query = question && formatQuery(apiQuestionQuery(question, window, Date.now()));
  const asked = question && `${JSON.stringify(question.about)}?${query}`;
  const isAsked = isSeen.value && !isWaiting;
  useEffect(() => {
    if (frame.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      isSeen.value = entries.at(-1)?.isIntersecting ?? false;
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!isAsked) return undefined;
    void answer.load((signal) => askPanel(question, window, signal));
    return () => answer.cancel();
  }, [asked, isAsked]);
  useSignalEffect(() => {
    if (boardTick.value > 0 && isSeen.peek()) void answer.refresh();
  });
  return answer;
}

interface PanelChartProps {
  readonly question: Question | undefined;
  readonly answer: Answer;
  readonly cursor: Signal<number | undefined>;
}

function PanelChart({ question, answer, cursor }: PanelChartProps) {
  if (question === undefined) return undefined;
  const isEmpty = answer.series.length === 0 && (answer.steps ?? []).length === 0;
  if (isEmpty) return <p class="board-panel-empty muted">Nothing in this window of time</p>;
  return (
    <AnswerChart
      question={question}
      answer={answer}
      cursor={cursor}
      withTotals
      onBrush={(fromMs, untilMs) => {
        const instant = (ms: number) => new Date(ms).toISOString();
        setQuery({ since: instant(fromMs), until: instant(untilMs) }, "step");
      }}
    />
  );
}

/** The head of a panel that is being edited: its title as a field, its question, its end; the rest of it is dragged. */
function EditHead({ panel, onTake }: { readonly panel: BoardPanel; readonly onTake: (event: PointerEvent) => void }) {
  const { id, title, question } = panel;
  const boardId = openedBoard.data.value?.id ?? "";
  const change = exploreHref(panelQuestion(question, undefined), place.value.query, { board: boardId, panel: id });
  const agent = queryValue(place.value.query, "agent");
  return (
    <header
      class="board-panel-head"
      onPointerDown={(event) => {
        if ((event.target as Element).closest("input, a, button") === null) onTake(event);
      }}
    >
      <i class="board-grip" aria-hidden="true" />
      <input
        class="board-panel-title"
        aria-label="Title of the panel"
        maxLength={200}
        value={title}
        onChange={(event) => {
          const text = event.currentTarget.value;
          editBoard((edited) => ({
            ...edited,
            panels: edited.panels.map((one) => (one.id === id ? { ...one, title: text } : one)),
          }));
        }}
      />
      <a
        class="button quiet small"
        href={agent === undefined ? change : `${change}&agent=${encodeURIComponent(agent)}`}
      >
        Question…
      </a>
      <button
        type="button"
        class="button quiet small"
        aria-label={`Remove ${title === "" ? "the panel" : visibleLine(title, 80)}`}
        data-tip="Remove"
        onClick={() => editBoard((edited) => ({ ...edited, panels: edited.panels.filter((one) => one.id !== id) }))}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}
