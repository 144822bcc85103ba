import { ToolMessage } from "@langchain/core/messages";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { Command, getCurrentTaskInput, Send } from "@langchain/langgraph";
import { z } from "zod";
import { pause } from "../scripted-model/scripted-model.ts";

export const searchLogs = tool(
  async ({ service, query }) => {
    await pause(query === "pool" ? 1400 : 900);
    return `${query === "pool" ? 1204 : 1391} lines of ${service} match ${query}`;
  },
  {
    name: "search_logs",
    description: "Searches the logs of a service",
    schema: z.object({ service: z.string(), query: z.string(), minutes: z.number() }),
  },
);

export const queryMetrics = tool(
  async ({ metric }) => {
    await pause(1600);
    return `${metric}: 181 179 184 180 178 4207 4195`;
  },
  {
    name: "query_metrics",
    description: "Reads a metric of a service",
    schema: z.object({ service: z.string(), metric: z.string(), hours: z.number() }),
  },
);

export const rollBack = tool(
  async ({ share, after, release }) => {
    await pause(share === 1 && after === undefined ? 250 : 1100);
    if (share === 1 && after === undefined) throw new Error("Refused: more than half of the machines in one step");
    return `${release} was taken back on ${share * 100} % of the machines`;
  },
  {
    name: "roll_back",
    description: "Takes a release back on a share of the machines",
    schema: z.object({ release: z.string(), share: z.number(), after: z.string().optional() }),
  },
);

/** The tool by which the commander gives the room over to another agent. */
export function transferTo(agent: string): StructuredToolInterface {
  return tool(
    async ({ task }, config) => {
      const { messages } = getCurrentTaskInput() as { messages: unknown[] };
      const call = (config as { toolCall?: { id?: string } }).toolCall?.id ?? "";
      const note = new ToolMessage({ content: `${agent} takes over: ${task}`, tool_call_id: call });
      // A Send, because several transfers in one message are to run side by side.
      return new Command({ graph: Command.PARENT, goto: [new Send(agent, { messages: [...messages, note] })] });
    },
    { name: `transfer_to_${agent}`, description: `Gives ${agent} a task`, schema: z.object({ task: z.string() }) },
  );
}
