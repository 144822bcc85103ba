import { COMPARED_FIGURES } from "../../../analysis/compared-figures.ts";
import type { Comparison } from "../../../model/comparison-shapes.ts";
import type { FigureUnit } from "../../../model/comparison-words.ts";
import { describeDifference, formatDifference, formatFigure } from "../../base/format-difference.ts";
import { AgentName } from "../../widgets/agent-name.tsx";

/** Agents on the critical path that differ least are left out of the strip: they are many in large runs. */
const AGENTS_SHOWN = 12;

interface Compared {
  readonly unit: FigureUnit;
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly difference?: number | undefined;
  /** More of it is failure. */
  readonly isFailure?: boolean;
}

/** The figures of both, what differs, and how far in words. */
export function CompareFigures({ answer: { figures, pathByAgent } }: { readonly answer: Comparison }) {
  const known = figures.filter(({ a, b }) => a !== undefined || b !== undefined);
  const agents = pathByAgent.filter(({ aMs = 0, bMs = 0 }) => aMs + bMs > 0);
  const columns: readonly Compared[] = [
    ...known.map(({ figure, ...values }) => ({ ...values, isFailure: figure === "errors" })),
    ...agents
      .slice(0, AGENTS_SHOWN)
      .map(({ aMs, bMs, differenceMs }) => ({ unit: "ms" as const, a: aMs, b: bMs, difference: differenceMs })),
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="compare-figures" aria-label="Figures of both runs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td />
            {known.map(({ figure }) => (
              <FigureHead key={figure} figure={figure} />
            ))}
            {agents.slice(0, AGENTS_SHOWN).map(({ agent = "" }) => (
              <th key={`agent ${agent}`} scope="col" data-tip="Time on the critical path: what the run had to wait for">
                <span class="path-agent">
                  <span class="muted">Path</span>
                  {agent === "" ? "nobody" : <AgentName name={agent} />}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <FigureRow title="A" columns={columns} cell={({ unit, a }) => formatFigure(unit, a)} />
          <FigureRow title="B" columns={columns} cell={({ unit, b }) => formatFigure(unit, b)} />
          <FigureRow
            title="B − A"
            columns={columns}
            cell={({ unit, difference }) => formatDifference(unit, difference)}
          />
          <FigureRow
            title=""
            columns={columns}
            cell={({ unit, a, difference }) => describeDifference(unit, a, difference)}
          />
        </tbody>
      </table>
      {agents.length > AGENTS_SHOWN && (
        <p class="muted">{agents.length - AGENTS_SHOWN} more agents on the path differ less</p>
      )}
    </section>
  );
}

function FigureHead({ figure }: { readonly figure: string }) {
  const known = COMPARED_FIGURES.find(({ id }) => id === figure);
  return (
    <th scope="col" {...(known === undefined ? {} : { "data-tip": known.doc })}>
      {known?.title ?? figure}
    </th>
  );
}

interface FigureRowProps {
  readonly title: string;
  readonly columns: readonly Compared[];
  readonly cell: (column: Compared) => string;
}

function FigureRow({ title, columns, cell }: FigureRowProps) {
  const isDifference = title !== "A" && title !== "B";
  return (
    <tr class={isDifference ? "difference" : ""}>
      <th scope="row">{title}</th>
      {columns.map((column, i) => (
        // The columns of a comparison stay where they are.
        <td key={i} class={isDifference && column.isFailure && (column.difference ?? 0) > 0 ? "failed" : ""}>
          {cell(column)}
        </td>
      ))}
    </tr>
  );
}
