// The embedded engine in a directory of its own, with Talea's tables in it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, startEngine } from "../../src/engine/engine.ts";
import { StoreClient } from "../../src/store/client.ts";
import { migrate } from "../../src/store/migrations.ts";

export interface TestStore {
  readonly store: StoreClient;
  readonly engine: Engine;
  readonly directory: string;
  close(): Promise<void>;
}

export async function startTestStore(): Promise<TestStore> {
  const directory = mkdtempSync(join(tmpdir(), "talea-store-"));
  const engine = await startEngine({ dataDirectory: join(directory, "data"), owner: "a test", log: () => undefined });
  const store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  await migrate(store);
  return {
    ...{ store, engine, directory },
    close: async () => {
      await store.close();
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
