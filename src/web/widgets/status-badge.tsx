import "./status-badge.css";
import type { RunStatus } from "../../model/vocabulary.ts";
import type { IconName } from "../base/icon-paths.ts";
import { Icon } from "./icon.tsx";

const ICONS: Readonly<Record<RunStatus, IconName>> = {
  running: "other",
  completed: "check",
  failed: "failure",
  cancelled: "cancelled",
  stalled: "stalled",
};

/** Red only for failure; what runs moves; everything else is calm. */
export function StatusBadge({ status }: { readonly status: RunStatus }) {
  return (
    <span class={`status ${status}`}>
      {status === "running" ? <span class="pulse" aria-hidden="true" /> : <Icon name={ICONS[status]} />}
      {status}
    </span>
  );
}
