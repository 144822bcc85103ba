import type { FindingRule } from "./finding-rule.ts";
import { formatPercent, formatSeconds } from "./finding-rule.ts";

const SHARE_MIN = 0.5;

export const bottleneckAgent: FindingRule = {
  id: "bottleneck-agent",
  doc: "One of several agents takes at least half of the critical path: what it does decides how long the run takes.",
  find({ path, agents }) {
    const own = agents.filter(({ activity }) => activity.present > 0);
    if (own.length < 2 || path.total === 0) return [];
    const [name, time] = Object.entries(path.byAgent).sort((a, b) => b[1] - a[1])[0] ?? ["", 0];
    const share = time / path.total;
    if (share < SHARE_MIN) return [];
    const agent = agents.findIndex((candidate) => candidate.name === name);
    const segments = path.segments.filter((segment) => segment.agent === agent);
    const longest = segments.toSorted((a, b) => b.duration - a.duration).slice(0, 3);
    return [
      {
        message: `${name} takes ${formatPercent(share)} of the critical path (${formatSeconds(time)}): make it faster before anything else.`,
        rows: longest.map(({ row }) => row),
      },
    ];
  },
};
