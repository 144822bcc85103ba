import { formatCounted } from "../base/format.ts";
import { visibleLine } from "../base/visible-text.ts";
import { cellOf, type EdgeMatrix, type MatrixPair } from "../plots/edge-matrix.ts";
import {
  EDGE_MEASURES,
  type EdgeMeasure,
  formatMeasure,
  MEASURE_TITLES,
  measureOfEdge,
} from "../plots/edge-measures.ts";

interface MatrixTwinProps {
  readonly matrix: EdgeMatrix;
  readonly measure: EdgeMeasure;
  readonly selected: MatrixPair | undefined;
}

/** The totals of all agents as a list, and the selected pair as a sentence: what the canvas shows, for screen readers. */
export function MatrixTwin({ matrix, measure, selected }: MatrixTwinProps) {
  const { agents, sent, received } = matrix;
  return (
    <div class="unseen">
      <ul aria-label={`${MEASURE_TITLES[measure]} of each agent`}>
        {agents.map((name, i) => (
          <li key={name}>
            {`${visibleLine(name, 80)}: ${formatMeasure(sent[i], measure)} sent, ${formatMeasure(received[i], measure)} received`}
          </li>
        ))}
      </ul>
      <p role="status">{selected === undefined ? "No pair is selected." : pairSentence(matrix, selected)}</p>
    </div>
  );
}

/** `boss → writer: 14 messages, Tokens 340, Cost $0.001, Transit 5 ms`. */
function pairSentence(matrix: EdgeMatrix, pair: MatrixPair): string {
  const names = [matrix.agents[pair.from], matrix.agents[pair.to]].map((name) => visibleLine(name ?? "", 60));
  const edge = cellOf(matrix, pair)?.edge;
  if (edge === undefined) return `${names.join(" → ")}: nothing`;
  const others = EDGE_MEASURES.filter((measure) => measure !== "count").map(
    (measure) => `${MEASURE_TITLES[measure]} ${formatMeasure(measureOfEdge(edge, measure), measure)}`,
  );
  return `${names.join(" → ")}: ${[formatCounted(edge.count, "message"), ...others].join(", ")}`;
}
