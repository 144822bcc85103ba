import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Engine, EngineError, type EngineOptions, startEngine } from "./engine.ts";
import { processStart } from "./processes.ts";

const OWNER_PROGRAM = fileURLToPath(new URL("../../test/support/engine-owner.ts", import.meta.url));
const HANGING_QUERY = "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number))";

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly text: string;
}

describe("the embedded engine", () => {
  let dataDirectory = "";
  let started: Engine[] = [];
  let spawned: ChildProcess[] = [];

  beforeEach(() => {
    dataDirectory = mkdtempSync(join(tmpdir(), "talea-test-"));
    started = [];
    spawned = [];
  });
  afterEach(async () => {
    for (const child of spawned) child.kill("SIGKILL");
    for (const engine of started) await engine.close();
    await delay(spawned.length > 0 ? 100 : 0); // a killed owner's engine is about to end
    rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = async (options: Partial<EngineOptions> = {}): Promise<Engine> => {
    const engine = await startEngine({
      dataDirectory,
      owner: "http://127.0.0.1:4318",
      log: () => undefined,
      ...options,
    });
    started.push(engine);
    return engine;
  };
  /** Starts a program that owns an engine; resolves to the line that it prints. */
  const spawnOwner = async (
    owner = "http://127.0.0.1:4319",
  ): Promise<Record<string, unknown> & { child: ChildProcess }> => {
    const child = spawn(process.execPath, [OWNER_PROGRAM, dataDirectory, owner], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    spawned.push(child);
    for await (const line of createInterface({ input: child.stdout })) return { ...JSON.parse(line), child };
    throw new Error("The owner said nothing");
  };

  it("keeps its files to its user and its socket in a directory of its own", async () => {
    const engine = await start();
    assert.equal(statSync(dataDirectory).mode & 0o777, 0o700);
    assert.equal(statSync(dirname(engine.socketPath)).mode & 0o777, 0o700);
    assert.ok(engine.socketPath.length <= 100);
    await engine.close();
    assert.equal(existsSync(dirname(engine.socketPath)), false);
    assert.equal(engine.status().state, "closed");
  });

  it("looks for no file outside of the data directory by itself", async () => {
    const engine = await start();
    const paths = await ok(
      engine,
      "SELECT name, value FROM system.server_settings WHERE value LIKE '/%' AND name NOT LIKE '%replica%' " +
        "AND name NOT LIKE 'distributed_ddl%' AND name NOT LIKE '%keeper%' AND name != 'include_from' FORMAT TSVRaw",
    );
    const listed = paths.split("\n").map((line) => line.split("\t"));
    assert.ok(listed.some(([name]) => name === "user_files_path"));
    for (const [name, path] of listed) assert.ok(path?.startsWith(dataDirectory), `${name} ${path}`);
  });

  it("works below a path that is long and full of special characters", async () => {
    const deep = join(dataDirectory, "a 'quoted' \\ [name]".repeat(4), "ä".repeat(60), "d".repeat(100));
    const engine = await start({ dataDirectory: deep });
    await ok(engine, "CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a");
    await ok(engine, "INSERT INTO t FORMAT CSV\n1\n2\n");
    assert.equal(await ok(engine, "SELECT sum(a) FROM t"), "3");
  });

  it("refuses a path that the engine would take for a pattern", async () => {
    await assert.rejects(start({ dataDirectory: join(dataDirectory, "{a,b}") }), /none of \* \? \{ \}/);
  });

  it("tells its state, its process and what that takes", async () => {
    const { state, restarts, pid, residentBytes } = (await start()).status();
    assert.deepEqual([state, restarts], ["ready", 0]);
    assert.ok(pid !== undefined && processStart(pid) !== undefined);
    if (process.platform === "linux") assert.ok((residentBytes ?? 0) > 50e6);
  });

  it("is back within two seconds after its process was killed, with every acknowledged insert there once", async () => {
    const engine = await start();
    const seed = Date.now() % 1_000_000;
    console.log(`seed ${seed}`);
    const random = randomFrom(seed);
    let ready = 0;
    engine.onReady(() => ready++);
    await ok(
      engine,
      "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000",
    );
    let batch = 0;
    let stopped = false;
    const writing = (async () => {
      for (; !stopped; batch++) await insertUntilAcknowledged(engine, batch);
    })();
    for (let round = 0; round < 4; round++) {
      await delay(20 + random() * 300);
      const killedAt = performance.now();
      process.kill(engine.status().pid ?? 0, "SIGKILL");
      while (ready <= round) await delay(5);
      assert.ok(performance.now() - killedAt < 2000, `back after ${performance.now() - killedAt} ms`);
    }
    await delay(100);
    stopped = true;
    await writing;
    assert.equal(await ok(engine, "SELECT count(), uniqExact(id) FROM t"), `${batch * 100}\t${batch * 100}`);
    assert.equal(engine.status().restarts, 4);
  });

  it("stores an insert again whose part was recorded and not finished when its process was killed", async () => {
    const first = await start();
    await ok(
      first,
      "CREATE TABLE t (id UInt64) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 1000, " +
        "merge_selecting_sleep_ms = 600000, max_merge_selecting_sleep_ms = 600000",
    );
    for (const batch of [0, 1]) await insertUntilAcknowledged(first, batch);
    await ok(first, "OPTIMIZE TABLE t FINAL"); // the first two live on in a part with another name
    for (const batch of [2, 3]) await insertUntilAcknowledged(first, batch);
    const [table = ""] = (await ok(first, "SELECT data_paths[1] FROM system.tables WHERE name = 't'")).split("\n");
    await first.close();
    // Where the kill comes before a part has its name, the record of it is the last one and may be torn.
    rmSync(join(table, "all_4_4_0"), { recursive: true });
    const [log = ""] = readdirSync(join(table, "deduplication_logs"));
    appendFileSync(join(table, "deduplication_logs", log), "1\tall_5_5");

    const second = await start();
    for (const batch of [0, 1, 2, 3, 4]) await insertUntilAcknowledged(second, batch);
    assert.equal(await ok(second, "SELECT count(), uniqExact(id) FROM t"), "500\t500");
    await second.close();
    const third = await start();
    for (const batch of [0, 1, 2, 3, 4]) await insertUntilAcknowledged(third, batch);
    assert.equal(await ok(third, "SELECT count(), uniqExact(id) FROM t"), "500\t500");
  });

  it("replaces a process that does not answer", async () => {
    const engine = await start({ hangTimeMs: 600 });
    const back = new Promise<void>((resolve) => engine.onReady(resolve));
    process.kill(engine.status().pid ?? 0, "SIGSTOP");
    await back;
    assert.equal(await ok(engine, "SELECT 1"), "1");
  });

  it("ends within a second when its parent is killed, whatever it does, and the directory is free again", async () => {
    const { child, socketPath, pid } = await spawnOwner();
    const hanging = ask(String(socketPath), HANGING_QUERY).catch((error: Error) => error.message);
    await delay(200);
    child.kill("SIGKILL");
    const killedAt = performance.now();
    while (processStart(Number(pid)) !== undefined) await delay(5);
    assert.ok(performance.now() - killedAt < 1000);
    await hanging;
    const engine = await start();
    assert.equal(await ok(engine, "SELECT 1"), "1");
    assert.equal(existsSync(String(socketPath)), false, "the socket of the killed owner is removed");
  });

  it("starts again after it and its parent were killed at once", async () => {
    const { child, pid } = await spawnOwner();
    process.kill(Number(pid), "SIGKILL");
    child.kill("SIGKILL");
    assert.equal(await ok(await start(), "SELECT 1"), "1");
  });

  it("refuses a directory that a living Talea owns, and says which", async () => {
    await spawnOwner("http://127.0.0.1:9999");
    await assert.rejects(start(), (error: EngineError) => {
      assert.equal(error.code, "in_use");
      assert.match(error.message, new RegExp(`pid ${spawned[0]?.pid}, http://127\\.0\\.0\\.1:9999`));
      return true;
    });
  });

  it("lets exactly one of several win that start at the same moment", async () => {
    const results = await Promise.all([spawnOwner(), spawnOwner(), spawnOwner()]);
    assert.deepEqual(results.map(({ code }) => code ?? "started").sort(), ["in_use", "in_use", "started"]);
  });

  it("refuses a second engine of the same process", async () => {
    await start();
    await assert.rejects(start(), EngineError);
  });

  it("kills the engine of an earlier start, but no process that has its pid by chance", async () => {
    const leftover = spawn("sleep", ["60"]);
    const bystander = spawn("sleep", ["60"]);
    spawned.push(leftover, bystander);
    const claim = (pid: number | undefined, startOf: string | undefined): void => {
      mkdirSync(join(dataDirectory, "engine"), { recursive: true });
      writeFileSync(join(dataDirectory, "engine", "child.json"), JSON.stringify({ pid, start: startOf }));
    };
    claim(bystander.pid, "another start");
    await (await start()).close();
    assert.notEqual(processStart(bystander.pid ?? 0), undefined);
    claim(leftover.pid, processStart(leftover.pid ?? 0));
    await (await start()).close();
    assert.equal(processStart(leftover.pid ?? 0), undefined);
  });

  it("sweeps what a crash left in the spool, and leaves nothing there itself", async () => {
    const spool = join(dataDirectory, "engine", "spool");
    mkdirSync(spool, { recursive: true });
    writeFileSync(join(spool, "7"), "left over");
    const engine = await start();
    assert.deepEqual(readdirSync(spool), []);
    await ok(engine, "CREATE TABLE t (a UInt64) ENGINE = Memory");
    await ok(engine, "INSERT INTO t FORMAT CSV\n1\n");
    await ask(engine.socketPath, "INSERT INTO t FORMAT CSV\nno number\n");
    await ok(engine, "SELECT number, toString(number) FROM numbers(3000000)");
    await ask(engine.socketPath, "SELECT throwIf(number = 2999999), toString(number) FROM numbers(3000000)");
    assert.deepEqual(readdirSync(spool), []);
  });

  it("refuses more than its limits allow, each with a code", async () => {
    const engine = await start({
      readers: 1,
      queriesWaitingMax: 1,
      insertBytesMax: 1e6,
      queryTimeMs: 1000,
      queryTimeMsMax: 2000,
    });
    await ok(engine, "CREATE TABLE t (a String) ENGINE = Memory");
    const refusals: readonly (readonly [question: string, path: string, status: number, code: string])[] = [
      [`INSERT INTO t FORMAT CSV\n${"x\n".repeat(5e6)}`, "/", 413, "229"],
      [`SELECT '${"x".repeat(5e6)}'`, "/", 413, "229"],
      ["SELECT 1", "/?max_execution_time=3", 500, "452"],
      ["SELECT 1", "/?max_memory_usage=100000000000", 500, "452"],
      ["SELECT 1 SETTINGS max_memory_usage = 0", "/", 500, "452"],
      ["SELECT 1", "/?session_id=s", 501, "48"],
      ["SELECT 1", "/?compress=1", 501, "48"],
    ];
    for (const [question, path, status, code] of refusals) {
      const answer = await ask(engine.socketPath, question, path);
      assert.deepEqual([answer.status, answer.code], [status, code], `${path} ${question.slice(0, 60)}`);
    }
    const startedAt = performance.now();
    const answers = await Promise.all([1, 2, 3].map(() => ask(engine.socketPath, HANGING_QUERY)));
    assert.deepEqual(answers.map(({ code }) => code).sort(), ["159", "159", "202"]);
    assert.ok(performance.now() - startedAt < 4000);
    assert.equal(await ok(engine, "SELECT count() FROM t"), "0");
  });

  it("keeps its readers free of queries with readonly, however many there are", async () => {
    const engine = await start({ readers: 1, guests: 1, queriesWaitingMax: 2, queryTimeMs: 3000 });
    const guests = [1, 2, 3, 4].map(() => ask(engine.socketPath, HANGING_QUERY, "/?readonly=1"));
    const startedAt = performance.now();
    assert.equal(await ok(engine, "SELECT 1"), "1");
    assert.ok(performance.now() - startedAt < 2500);
    assert.equal((await Promise.all(guests)).filter(({ code }) => code === "202").length, 1);
  });

  it("is replaced when a query with readonly cannot be stopped", async () => {
    const engine = await start({ stuckAfterMs: 300 });
    // One call for each row of a block, each some seconds: the clock is looked at when all are done.
    const endless =
      "SELECT editDistance(materialize(repeat('a', 60000)), repeat('b', 60000)) FROM numbers(1000) FORMAT Null";
    await assert.rejects(ask(engine.socketPath, endless, "/?readonly=1&max_execution_time=1"));
    for (const deadline = performance.now() + 5000; performance.now() < deadline; await delay(20)) {
      if (engine.status().restarts === 1 && engine.status().state === "ready") break;
    }
    assert.equal(engine.status().restarts, 1);
    assert.equal(await ok(engine, "SELECT 1"), "1");
  });

  it("waits for a query under way when it closes, and kills one that takes too long", async () => {
    const first = await start();
    const short = ok(first, "SELECT sleep(1)");
    await delay(500);
    await first.close();
    assert.equal(await short, "0");
    const second = await start({ closeTimeMs: 300 });
    const long = ask(second.socketPath, HANGING_QUERY);
    await delay(500);
    const closingAt = performance.now();
    await second.close();
    assert.ok(performance.now() - closingAt < 1500);
    assert.equal((await long).code, "394");
    assert.equal(readFileSync(join(dataDirectory, "engine", "child.json"), "utf8").includes("pid"), true);
  });
});

async function insertUntilAcknowledged(engine: Engine, batch: number): Promise<void> {
  const path = `/?insert_deduplication_token=batch-${batch}&query=${encodeURIComponent("INSERT INTO t FORMAT CSV")}`;
  const rows = Array.from({ length: 100 }, (_, i) => `${batch * 100 + i}\n`).join("");
  for (;;) {
    const answer = await ask(engine.socketPath, rows, path).catch(() => undefined);
    if (answer?.status === 200) return;
    await delay(10);
  }
}

async function ok(engine: Engine, statement: string): Promise<string> {
  const answer = await ask(engine.socketPath, statement);
  assert.equal(answer.status, 200, answer.text);
  return answer.text.trimEnd();
}

function ask(socketPath: string, body: string, path = "/"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const agent = new Agent();
    const request = httpRequest({ socketPath, path, method: "POST", agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const code = response.headers["x-clickhouse-exception-code"]?.toString();
        resolve({ status: response.statusCode ?? 0, code, text: Buffer.concat(chunks).toString() });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
