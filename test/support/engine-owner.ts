// A program that owns an engine and does nothing else, to be killed by tests: prints one line of JSON when the engine is
// ready, or when it is refused.

import { EngineError, startEngine } from "../../src/engine/engine.ts";

const [dataDirectory = "", owner = ""] = process.argv.slice(2);
try {
  const engine = await startEngine({ dataDirectory, owner, log: () => undefined });
  console.log(JSON.stringify({ socketPath: engine.socketPath, pid: engine.status().pid }));
  process.on("SIGTERM", () => void engine.close());
} catch (thrown) {
  if (!(thrown instanceof EngineError)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message }));
}
