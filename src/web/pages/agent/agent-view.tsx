import type { PathValues } from "../../base/place.ts";
import { place } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { agent, loadAgent } from "../../state/agent.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { AgentCalls } from "./agent-calls.tsx";
import { AgentCharts } from "./agent-charts.tsx";
import { AgentErrors } from "./agent-errors.tsx";
import { AgentFigures } from "./agent-figures.tsx";
import { AgentLists } from "./agent-lists.tsx";
import { AgentNow } from "./agent-now.tsx";
import { AgentPeers } from "./agent-peers.tsx";

export const agentBody: PageBody = { load: ({ name = "" }) => loadAgent(name), View: AgentView };

function AgentView({ values: { name = "" } }: { readonly values: PathValues }) {
  const services = agent.data.value?.services ?? [];
  return (
    <div class="page">
      <header class="page-bar">
        <div class="page-title">
          <a class="muted" href={inWindowHref("/agents", place.value.query)}>
            Agents
          </a>
          <span class="muted" aria-hidden="true">
            /
          </span>
          <h1>
            <AgentName name={name} />
          </h1>
        </div>
        <span class="muted cut agent-services" data-tip="Services that it runs in">
          {services.map((service) => visibleLine(service, 40)).join(", ")}
        </span>
        <span class="grow" />
        <TimeRange />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="agent-page" tabIndex={0} aria-label="The agent">
        <Loaded from={agent}>
          {(detail) => (
            <>
              <AgentFigures detail={detail} />
              <AgentNow detail={detail} />
              <AgentCharts name={name} />
              <div class="agent-panels">
                <AgentPeers name={name} />
                <AgentErrors name={name} />
                <AgentCalls kind="model" name={name} />
                <AgentCalls kind="tool" name={name} />
              </div>
              <AgentLists />
            </>
          )}
        </Loaded>
      </section>
    </div>
  );
}
