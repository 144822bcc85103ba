import "./split-bar.css";
import type { Agent } from "../../model/shapes.ts";
import { type AgentShade, agentColor, agentHue } from "../base/agent-color.ts";
import { formatDuration, formatShare } from "../base/format.ts";
import { isDark } from "../base/theme.ts";

/** How an agent's time was spent: model calls, tools, own work, waiting; what is left is idle. */
export function SplitBar({ agent }: { readonly agent: Agent }) {
  const parts: readonly { title: string; ms: number; shade: AgentShade }[] = [
    { title: "model calls", ms: agent.llmMs, shade: "solid" },
    { title: "tools", ms: agent.toolMs, shade: "medium" },
    { title: "own work", ms: agent.workingMs, shade: "soft" },
    { title: "waiting", ms: agent.waitingMs, shade: "faint" },
  ];
  const all = Math.max(agent.presentMs, Number.MIN_VALUE);
  const lines = [...parts, { title: "idle", ms: agent.idleMs }].filter(({ ms }) => ms > 0);
  const tip = lines.map(({ title, ms }) => `${formatShare(ms / all)} ${title} (${formatDuration(ms)})`).join("\n");
  const hue = agentHue(agent.name);
  return (
    <span class="split-bar" role="img" aria-label={tip} data-tip={tip}>
      {parts.map(({ title, ms, shade }) => (
        <i
          key={title}
          style={{ width: `${(ms / all) * 100}%`, backgroundColor: agentColor(hue, shade, isDark.value) }}
        />
      ))}
    </span>
  );
}
