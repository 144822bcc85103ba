// The worker that makes the timelines of large runs (tools/build.ts makes a script of its own of it): the bytes of a
// skeleton come in, what is drawn of it goes out. Nothing of either is copied.

import { decodeSkeleton, type SpanColumns } from "./skeleton.ts";
import { buffersOf, buildModel, type TimelineModel } from "./timeline-model.ts";

export interface ModelQuestion {
  readonly bytes: ArrayBuffer;
  readonly showHidden: boolean;
}

export interface ModelAnswer {
  readonly columns: SpanColumns;
  /** Undefined where spans are open: what is drawn of them depends on the moment. */
  readonly model: TimelineModel | undefined;
}

addEventListener("message", ({ data: { bytes, showHidden } }: MessageEvent<ModelQuestion>) => {
  const columns = decodeSkeleton(bytes);
  const model = columns.duration.includes(-1) ? undefined : buildModel(columns, showHidden, undefined);
  const answer: ModelAnswer = { columns, model };
  postMessage(answer, { transfer: buffersOf(answer) });
});
