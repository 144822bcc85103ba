// The worker that lays graphs out (tools/build.ts makes a script of its own of it): one task after the other, by number.

import type { LayoutGraph } from "./graph-layers.ts";
import { layoutGraph } from "./graph-layout.ts";

export interface LayoutQuestion {
  readonly id: number;
  readonly task: LayoutGraph;
}

export interface LayoutAnswer extends ReturnType<typeof layoutGraph> {
  readonly id: number;
  readonly tookMs: number;
}

addEventListener("message", ({ data: { id, task } }: MessageEvent<LayoutQuestion>) => {
  const begun = performance.now();
  const places = layoutGraph(task);
  const answer: LayoutAnswer = { id, ...places, tookMs: performance.now() - begun };
  postMessage(answer, { transfer: [places.x.buffer, places.y.buffer] });
});
