import "./agent-name.css";
import { agentColor, agentHue } from "../base/agent-color.ts";
import { pathOf } from "../base/place.ts";
import { isDark } from "../base/theme.ts";
import { visibleLine } from "../base/visible-text.ts";

interface AgentNameProps {
  readonly name: string;
  /** Whether it leads to the agent's page. */
  readonly isLink?: boolean;
}

/** An agent's colour, always with its name. */
export function AgentName({ name, isLink = false }: AgentNameProps) {
  const content = (
    <>
      <span
        class="agent-dot"
        style={{ backgroundColor: agentColor(agentHue(name), "solid", isDark.value) }}
        aria-hidden="true"
      />
      <span class="foreign cut">{visibleLine(name)}</span>
    </>
  );
  if (!isLink) return <span class="agent-name">{content}</span>;
  return (
    <a class="agent-name" href={pathOf`/agents/${name}`}>
      {content}
    </a>
  );
}

/** As many agents as have room, and how many there are more. */
export function AgentNames({ names, max = 4 }: { readonly names: readonly string[]; readonly max?: number }) {
  const rest = names.slice(max);
  return (
    <span class="agent-names">
      {names.slice(0, max).map((name) => (
        <AgentName key={name} name={name} />
      ))}
      {rest.length > 0 && (
        <span
          class="muted"
          data-tip={rest
            .slice(0, 30)
            .map((name) => visibleLine(name, 60))
            .join("\n")}
        >
          +{rest.length}
        </span>
      )}
    </span>
  );
}
