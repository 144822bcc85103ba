import { useEffect } from "preact/hooks";
import { formatPlace, pathOf, queryValue } from "../../base/place.ts";
import { go, place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import {
  createBoard,
  EMPTY_BOARD,
  editFromElsewhere,
  keptBoards,
  loadBoards,
  openedBoard,
  saveFailure,
  withPanel,
} from "../../state/boards.ts";
import { partTitle } from "../../state/figure-parts.ts";
import { type Question, toPanelQuestion } from "../../state/question.ts";
import { Menu } from "../../widgets/menu.tsx";
import { FailureNotice } from "../../widgets/notices.tsx";

/** The question becomes a panel of a board: of the one that it was opened from, or of any. */
export function BoardTarget({ question }: { readonly question: Question }) {
  return <Menu label="Add to board…">{(close) => <BoardChoices question={question} close={close} />}</Menu>;
}

function BoardChoices({ question, close }: { readonly question: Question; readonly close: () => void }) {
  useEffect(loadBoards, []);
  const add = async (id: string | undefined) => {
    close();
    const title = questionTitle(question);
    const target = id ?? (await createBoard(EMPTY_BOARD));
    if (target === undefined) return;
    if (await editFromElsewhere(target, (board) => withPanel(board, title, question))) go(boardHref(target));
  };
  return (
    <ul class="menu-list">
      {(keptBoards.data.value ?? []).map(({ id, body: { name } }) => (
        <li key={id}>
          <button type="button" class="menu-item" onClick={() => void add(id)}>
            <span class="foreign cut">{visibleLine(name, 80)}</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" class="menu-item" onClick={() => void add(undefined)}>
          A new board
        </button>
      </li>
    </ul>
  );
}

/** While the question of a panel is being changed: back to its board, with the question or without. */
export function PanelTarget({ question }: { readonly question: Question }) {
  const { query } = place.value;
  const [board, panel] = [queryValue(query, "board"), queryValue(query, "panel")];
  const failure = saveFailure.value;
  if (board === undefined || panel === undefined) {
    return failure === undefined ? null : <FailureNotice failure={failure} />;
  }
  const use = async () => {
    const isDone = await editFromElsewhere(board, (edited) => ({
      ...edited,
      panels: edited.panels.map((one) => (one.id === panel ? { ...one, question: toPanelQuestion(question) } : one)),
    }));
    if (isDone) go(boardHref(board));
  };
  const opened = openedBoard.data.value;
  const name = opened?.id === board ? opened.body.name : "the board";
  return (
    <>
      {failure !== undefined && <FailureNotice failure={failure} />}
      <div class="explore-target">
        <p class="grow">
          The question of a panel of <span class="foreign">{visibleLine(name, 80)}</span>
        </p>
        <button type="button" class="button" onClick={() => void use()}>
          Use this question
        </button>
        <a class="button" href={boardHref(board)}>
          Back without
        </a>
      </div>
    </>
  );
}

/** The board, in the window of time and for the agent that the explorer was given. */
function boardHref(id: string): string {
  const kept = [...place.peek().query].filter(([name]) => name === "since" || name === "until" || name === "agent");
  return formatPlace({ path: pathOf`/boards/${id}`, query: new Map(kept) });
}

/** `throughput, money, by model`. */
function questionTitle({ about, by, agg }: Question): string {
  const grouping = by.length === 0 ? "" : ` by ${by.join(", ")}`;
  if ("metric" in about) return `${about.metric}${agg === undefined ? "" : `, ${agg}`}${grouping}`;
  const words = partTitle(about.figure, undefined);
  const part = about.part === undefined ? "" : `, ${partTitle(about.figure, about.part)}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${part}${grouping}`;
}
