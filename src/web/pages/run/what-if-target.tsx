import type { WhatIfTarget } from "../../../analysis/what-if.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Icon } from "../../widgets/icon.tsx";

/** What could be faster, with what tells its sort. */
export function TargetName({ target }: { readonly target: WhatIfTarget }) {
  if (target.by === "everything") return <>everything</>;
  if (target.by === "agent") return <AgentName name={target.name} />;
  return (
    <span class="what-if-name">
      <Icon name={target.by === "tool" ? "tool" : "llm"} />
      <span class="foreign cut">{visibleLine(target.name, 120)}</span>
    </span>
  );
}
