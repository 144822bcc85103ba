import type { Agent, Edge, Finding, Message, Run, RunEvent, Span } from "../../model/shapes.ts";
import type { TaleaClient } from "../client/talea-client.ts";

/** A run as `GET /api/v1/runs/{id}` answers it. */
export type RunDetail = Run & {
  readonly agentDetails: readonly Agent[];
  readonly edges: readonly Edge[];
  readonly findings: readonly Finding[];
};

/** Everything of a run. */
export interface ExportedRun {
  readonly run: RunDetail;
  readonly spans: readonly Span[];
  readonly events: readonly RunEvent[];
  readonly messages: readonly Message[];
}

const DETAILS_IN_FLIGHT = 8;

/** Reads a run; the spans without their contents and attributes. Throws ClientError. */
export async function fetchRun(client: TaleaClient, id: string): Promise<ExportedRun> {
  const path = `/api/v1/runs/${encodeURIComponent(id)}`;
  const run = await client.json<RunDetail>(path);
  const { spans } = await client.json<{ spans: Span[] }>(`${path}/spans?format=rows&resolved=true`);
  const { messages } = await client.json<{ messages: Message[] }>(`${path}/messages`);
  return { run, spans, events: await fetchEvents(client, path), messages };
}

async function fetchEvents(client: TaleaClient, path: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  let after: string | undefined;
  do {
    const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
    const page = await client.json<{ events: RunEvent[]; nextOffset?: string }>(`${path}/events${query}`);
    events.push(...page.events);
    after = page.nextOffset;
  } while (after !== undefined);
  return events;
}

/** The same spans with everything of each: contents, attributes, resource, events, links. */
export async function fetchDetails(
  client: TaleaClient,
  runId: string,
  spans: readonly Span[],
  onProgress: (done: number) => void,
): Promise<Span[]> {
  const details: Span[] = [];
  const waiting = spans.entries();
  const work = async () => {
    for (const [i, { id }] of waiting) {
      details[i] = await client.json<Span>(`/api/v1/runs/${encodeURIComponent(runId)}/spans/${encodeURIComponent(id)}`);
      onProgress(i + 1);
    }
  };
  await Promise.all(Array.from({ length: DETAILS_IN_FLIGHT }, work));
  return details;
}
