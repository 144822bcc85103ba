import { ApiFailure } from "../base/api.ts";
import type { ModelAnswer, ModelQuestion } from "../plots/timeline-model-worker.ts";

/** Makes the timeline of one large run in a worker, so that the page can be used meanwhile. */
export class ModelMaker {
  readonly #worker = new Worker(WORKER_SCRIPTS.timelineModel, { type: "module", name: "talea timeline" });

  /** Takes the bytes of a skeleton: they must not be used any more. Throws ApiFailure; after `stop` nothing comes. */
  make(bytes: ArrayBuffer, showHidden: boolean): Promise<ModelAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ModelAnswer>();
    this.#worker.addEventListener("message", ({ data }: MessageEvent<ModelAnswer>) => resolve(data));
    this.#worker.addEventListener("error", () =>
      reject(new ApiFailure("unreadable_answer", "The spans of the run could not be read.")),
    );
    this.#worker.postMessage({ bytes, showHidden } satisfies ModelQuestion, [bytes]);
    return promise;
  }

  stop(): void {
    this.#worker.terminate();
  }
}
