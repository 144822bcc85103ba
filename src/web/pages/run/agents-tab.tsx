import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { pathOf } from "../../base/place.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Loaded } from "../../widgets/notices.tsx";
import { Table } from "../../widgets/table.tsx";
import { agentColumns } from "../agent-columns.tsx";

/** The agents of one run. */
export function AgentsTab({ run }: { readonly run: OpenRun }) {
  const rows = useComputed(() => run.detail.data.value?.agentDetails ?? []);
  const selected = useSignal<string | undefined>(undefined);
  const columns = useRef(agentColumns({ isFleet: false })).current;
  return (
    <Loaded from={run.detail}>
      {() => (
        <Table
          label="Agents of the run"
          columns={columns}
          rows={rows}
          keyOf={({ name }) => name}
          selected={selected}
          onSelect={(name) => {
            selected.value = name;
          }}
          hrefOf={({ name }) => pathOf`/agents/${name}`}
        />
      )}
    </Loaded>
  );
}
