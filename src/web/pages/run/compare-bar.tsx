import { useRef } from "preact/hooks";
import type { Run } from "../../../model/shapes.ts";
import type { ActionsOf } from "../../base/command-table.ts";
import { useCommands } from "../../base/commands.ts";
import { focusMain } from "../../base/focus.ts";
import { formatInstantExact } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { go } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { MEDIAN, type OpenComparison } from "../../state/open-comparison.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Ago } from "../../widgets/ago.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Menu } from "../../widgets/menu.tsx";
import { EmptyState } from "../../widgets/notices.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { RunDuration } from "../runs/run-columns.tsx";
import { COMPARE_CHOICE_COMMANDS } from "./compare-keys.ts";

interface CompareBarProps {
  readonly run: OpenRun;
  readonly comparison: OpenComparison;
}

/** Which runs stand beside each other. */
export function CompareBar({ run, comparison }: CompareBarProps) {
  const answer = comparison.answer.data.value;
  const other = comparison.with.value;
  const a = answer?.a;
  return (
    <div class="compare-bar" role="toolbar" aria-label="Comparison">
      <span class="compare-side">A</span>
      <Menu label={<OtherLabel other={other} a={a} />} isActive={other !== undefined}>
        {(close) => (
          <OtherRuns
            comparison={comparison}
            onChoose={(id) => {
              comparison.compareWith(id);
              close();
            }}
          />
        )}
      </Menu>
      {a !== undefined && <RunLine run={a} />}
      <span class="compare-side">B</span>
      <span>this run</span>
      {run.facts.value !== undefined && <RunLine run={run.facts.value} />}
      <span class="grow" />
      {a !== undefined && (
        <>
          <a class="button quiet" href={pathOf`/runs/${a.id}`}>
            Open A
          </a>
          <button
            type="button"
            class="button quiet"
            data-tip="Open A, with this run beside it"
            onClick={() => go(`${pathOf`/runs/${a.id}`}?view=compare&with=${encodeURIComponent(run.id)}`)}
          >
            Swap A and B
          </button>
        </>
      )}
    </div>
  );
}

function OtherLabel({ other, a }: { readonly other: string | undefined; readonly a: Run | undefined }) {
  if (other === undefined) return <>Choose a run</>;
  if (other === MEDIAN) return <>Median of its name</>;
  return <span class="foreign">{visibleLine(a?.name || other, 40)}</span>;
}

/** Outcome, duration and when; exactly where runs of one hour are told apart. */
function RunLine({ run, isExact = false }: { readonly run: Run; readonly isExact?: boolean }) {
  return (
    <span class="compared-run">
      <StatusBadge status={run.status} />
      <span class="number">
        <RunDuration run={run} />
      </span>
      <span class="muted">{isExact ? formatInstantExact(run.startedAt) : <Ago instant={run.startedAt} />}</span>
    </span>
  );
}

interface OtherRunsProps {
  readonly comparison: OpenComparison;
  readonly onChoose: (other: string) => void;
}

/** What a run can be compared with: the median of its name, runs of its name, or any by its id. */
function OtherRuns({ comparison, onChoose }: OtherRunsProps) {
  const field = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const others = comparison.others.data.value ?? [];
  useCommands(COMPARE_CHOICE_COMMANDS, () => choiceActions(frame));
  return (
    <div ref={frame} class="other-runs">
      <button type="button" class="menu-item" onClick={() => onChoose(MEDIAN)}>
        <Icon name="agents" />
        Median of its name
      </button>
      <ul class="menu-list">
        {others.map((run) => (
          <li key={run.id}>
            <button
              type="button"
              class="menu-item"
              aria-current={comparison.with.value === run.id ? "true" : "false"}
              data-tip={visibleLine(run.id, 80)}
              onClick={() => onChoose(run.id)}
            >
              <RunLine run={run} isExact />
            </button>
          </li>
        ))}
      </ul>
      {others.length === 0 && !comparison.others.isLoading.value && (
        <p class="menu-note muted">No other run of this name was found.</p>
      )}
      <form
        class="field menu-field"
        onSubmit={(event) => {
          event.preventDefault();
          const id = field.current?.value.trim() ?? "";
          if (id !== "") onChoose(id);
        }}
      >
        <input ref={field} aria-label="Id of the other run" placeholder="Any run by its id, then Enter" />
      </form>
    </div>
  );
}

/** The choices take the focus one after the other; Enter presses the one that has it. */
function choiceActions(frame: { readonly current: HTMLElement | null }): ActionsOf<typeof COMPARE_CHOICE_COMMANDS> {
  const move = (step: number) => {
    const buttons = [...(frame.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[at < 0 ? 0 : Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
  };
  return { next: () => move(1), previous: () => move(-1) };
}

/** Stands where the comparison will. */
export function CompareChoice({ comparison }: { readonly comparison: OpenComparison }) {
  return (
    <EmptyState title="Compare this run with another">
      <p>What was added, removed, slower, dearer, and where the two first went different ways.</p>
      <OtherRuns
        comparison={comparison}
        onChoose={(other) => {
          comparison.compareWith(other);
          focusMain();
        }}
      />
    </EmptyState>
  );
}
