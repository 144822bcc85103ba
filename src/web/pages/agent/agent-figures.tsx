import type { KeyMetricSeries } from "../../../model/key-metrics-shapes.ts";
import { formatCount, formatMoney } from "../../base/format.ts";
import { type AgentDetail, agentFigures } from "../../state/agent.ts";
import {
  changeOf,
  definitionOf,
  type FigureChange,
  formatFigure,
  formatRate,
  sidelineOf,
} from "../../state/key-figure-texts.ts";
import { SplitBar } from "../../widgets/split-bar.tsx";
import { FigureCell } from "../key-figures.tsx";
import { RunCost } from "../runs/run-columns.tsx";

const SHOWN = ["agent_utilization", "task_completion_time", "error_rate", "throughput"] as const;

/** What the agent came to in the window, each against the window before. */
export function AgentFigures({ detail }: { readonly detail: AgentDetail }) {
  const metrics = agentFigures.data.value?.groups[0]?.metrics ?? [];
  const { tokens, cost } = detail;
  const money = rateOf(metrics, "usdPerMin");
  const spent = rateOf(metrics, "tokensPerMin");
  return (
    <dl class="key-figures" aria-label="Figures">
      {SHOWN.map((name) => {
        const metric = metrics.find((one) => one.name === name);
        const { title, doc, formula } = definitionOf(name);
        return (
          <FigureCell
            key={name}
            id={name}
            title={title}
            tip={`${doc}\n${formula}`}
            value={formatFigure(metric?.unit ?? "", metric?.value)}
            change={metric && changeOf(metric)}
            side={name === "agent_utilization" ? <SplitBar agent={detail} /> : metric ? sidelineOf(metric) : ""}
            isFailure={name === "error_rate" && (metric?.value ?? 0) > 0}
          />
        );
      })}
      <FigureCell
        id="cost"
        title="Cost"
        tip="Of its model calls, by the prices of when they were taken in"
        value={<RunCost run={detail} />}
        change={money && changeOf(money)}
        side={
          cost.usd !== undefined && detail.tasks > 0
            ? `${formatMoney(cost.usd / detail.tasks)} a task · ${formatCount(detail.llmCalls)} model calls`
            : `${formatCount(detail.llmCalls)} model calls`
        }
      />
      <FigureCell
        id="tokens"
        title="Tokens"
        tip="Input with cached tokens → output with reasoning"
        value={formatCount(tokens.input + tokens.output)}
        change={spent && changeOf(spent)}
        side={`${formatCount(tokens.input)} in → ${formatCount(tokens.output)} out`}
      />
      <FigureCell
        id="messages"
        title="Messages"
        tip="Sent and received"
        value={formatCount(detail.messagesSent + detail.messagesReceived)}
        change={undefined as FigureChange | undefined}
        side={`${formatCount(detail.messagesSent)} sent · ${formatCount(detail.messagesReceived)} received${messageRate(metrics)}`}
      />
    </dl>
  );
}

/** A part of the throughput as a figure of its own. */
function rateOf(metrics: readonly KeyMetricSeries[], part: string): KeyMetricSeries | undefined {
  const throughput = metrics.find(({ name }) => name === "throughput");
  const value = throughput?.parts[part];
  const before = throughput?.before?.parts[part];
  if (throughput === undefined || value === undefined || before === undefined) return undefined;
  return { ...throughput, value, before: { value: before, parts: {} } };
}

function messageRate(metrics: readonly KeyMetricSeries[]): string {
  const rate = metrics.find(({ name }) => name === "communication_overhead")?.parts["messagesPerMin"];
  return rate === undefined ? "" : ` · ${formatRate(rate)}`;
}
