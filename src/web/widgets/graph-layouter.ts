import type { AgentGraph } from "../plots/agent-graph.ts";
import type { LayoutAnswer, LayoutQuestion } from "../plots/graph-layout-worker.ts";
import { type GraphPlaces, laidOut, layoutTask } from "../plots/graph-places.ts";

/** Lays graphs out in a worker of its own, until it is stopped. */
export class GraphLayouter {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (answer: LayoutAnswer) => void>();
  #lastId = 0;

  /** `onFailure`: the worker's script could not be had, or broke; no answer comes any more. */
  constructor(onFailure: () => void) {
    this.#worker = new Worker(WORKER_SCRIPTS.graphLayout, { type: "module", name: "talea graph layout" });
    this.#worker.addEventListener("message", ({ data }: MessageEvent<LayoutAnswer>) => {
      this.#waiting.get(data.id)?.(data);
      this.#waiting.delete(data.id);
    });
    this.#worker.addEventListener("error", onFailure);
  }

  /** Resolves with where each agent stands, and how long that took. */
  async layOut(graph: AgentGraph): Promise<{ readonly places: GraphPlaces; readonly tookMs: number }> {
    const id = ++this.#lastId;
    const question: LayoutQuestion = { id, task: layoutTask(graph) };
    const answer = await new Promise<LayoutAnswer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage(question);
    });
    return { places: laidOut(graph, answer), tookMs: answer.tookMs };
  }

  stop(): void {
    this.#worker.terminate();
    this.#waiting.clear();
  }
}
