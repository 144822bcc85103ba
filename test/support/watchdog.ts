// Ends this process when its main thread is stuck: no timer of its own could. For tests that look for endless loops.
//
//   await using watchdog = await Watchdog.start(30_000);
//   watchdog.pat("what is tried now");

import { writeSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const NOTE_BYTES = 4096;

interface Watched {
  readonly shared: SharedArrayBuffer;
  readonly patienceMs: number;
}

export class Watchdog implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #pats: Int32Array;
  readonly #note: Uint8Array;

  private constructor(worker: Worker, shared: SharedArrayBuffer) {
    this.#worker = worker;
    this.#pats = new Int32Array(shared, 0, 1);
    this.#note = new Uint8Array(shared, 4);
  }

  static async start(patienceMs: number): Promise<Watchdog> {
    const shared = new SharedArrayBuffer(4 + NOTE_BYTES);
    const worker = new Worker(new URL(import.meta.url), { workerData: { shared, patienceMs } satisfies Watched });
    await new Promise((resolve) => worker.once("message", resolve));
    return new Watchdog(worker, shared);
  }

  /** All is well; `note` is what it says should the next pat not come. */
  pat(note: string): void {
    this.#note.fill(0);
    new TextEncoder().encodeInto(note.slice(0, NOTE_BYTES / 4), this.#note.subarray(0, NOTE_BYTES));
    Atomics.add(this.#pats, 0, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

function watch({ shared, patienceMs }: Watched): void {
  const pats = new Int32Array(shared, 0, 1);
  let seen = Atomics.load(pats, 0);
  setInterval(() => {
    const now = Atomics.load(pats, 0);
    if (now === seen) {
      const note = Buffer.from(new Uint8Array(shared, 4).slice()).toString("utf8").replace(/\0+$/, "");
      // Standard error of a worker goes through the main thread, which is stuck: the kernel's own file is not.
      writeSync(2, `The main thread is stuck at: ${note}\n`);
      process.kill(process.pid, "SIGKILL");
    }
    seen = now;
  }, patienceMs);
  parentPort?.postMessage("watching");
}

if (!isMainThread && (workerData as Partial<Watched> | undefined)?.shared !== undefined) watch(workerData as Watched);
