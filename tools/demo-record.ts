// Records the captures in samples/: runs the examples against a receiver that keeps what they send, as OTLP/JSON, one
// request a line, compressed. `node tools/demo-record.ts`, with the examples installed.

import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, createGunzip, gzipSync } from "node:zlib";
import { EXAMPLES, type Example, folderOf, isInstalled } from "../src/cli/demo/examples.ts";

const CHECKOUT = fileURLToPath(new URL("../", import.meta.url));
const SAMPLES = join(CHECKOUT, "samples");
/** Which story of which example is shipped. */
const RECORDED: Readonly<Record<string, number>> = { langgraph: 1, "ai-sdk": 2, "three-processes": 1 };

await mkdir(SAMPLES, { recursive: true });
for (const example of EXAMPLES) {
  const seed = RECORDED[example.folder];
  if (seed === undefined) continue;
  if (!isInstalled(example)) throw new Error(`${example.folder} is not installed: npm run demo`);
  const lines = await record(example, seed);
  const name = example.file.replace(/\.ts$/, "");
  const bytes = gzipSync(`${lines.join("\n")}\n`, { level: constants.Z_BEST_COMPRESSION });
  await writeFile(join(SAMPLES, `${name}.otlp.ndjson.gz`), bytes);
  console.log(`${name}: ${lines.length} requests, ${bytes.length} bytes`);
}

/** The bodies of the requests that an example sends, metrics left out: they repeat what the spans say. */
async function record(example: Example, seed: number): Promise<string[]> {
  const lines: string[] = [];
  const server = createServer((request, response) => {
    readBody(request).then(
      (body) => {
        // Stack traces name files: they are shown as if the checkout lay in /app.
        const text = body.replaceAll(CHECKOUT, "/app/");
        if (request.url !== "/v1/metrics") lines.push(JSON.stringify(JSON.parse(text)));
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      },
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    // Nothing of the machine that records goes into what is shipped.
    OTEL_NODE_RESOURCE_DETECTORS: "env",
    EXAMPLE_SEED: String(seed),
  };
  const child = spawn(process.execPath, [example.file], { cwd: folderOf(example), env, stdio: "inherit" });
  const code = await new Promise((resolve) => child.once("close", resolve));
  server.closeAllConnections();
  server.close();
  if (code !== 0) throw new Error(`${example.folder} ended with ${code}`);
  return lines;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const source = request.headers["content-encoding"] === "gzip" ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
