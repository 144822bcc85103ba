// Bodies that are meant to take memory or time, or come from a sender that is broken: a clear error, bounded memory, and
// the server keeps serving.

import { strict as assert } from "node:assert";
import { test } from "node:test";
import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { LIMITS } from "../../src/model/limits.ts";
import { post, postTo, statusIn } from "./exchange.ts";
import { bodyOf, FORMATS, requestWith } from "./requests.ts";
import { growthBytes, serverUnderAttack } from "./under-attack.ts";

const MIB = 1024 * 1024;
const server = serverUnderAttack();

const zeros = Buffer.alloc(16 * MIB);
/** A gigabyte of zeros each. */
const BOMBS = {
  gzip: Buffer.concat(Array<Buffer>(64).fill(gzipSync(zeros))),
  zstd: Buffer.concat(Array<Buffer>(64).fill(zstdCompressSync(zeros))),
};

test("a bomb that inflates to a gigabyte is 413 after 64 MiB of it, whatever it says it is", async () => {
  const growth = await growthBytes(async () => {
    for (const [encoding, bomb] of Object.entries(BOMBS)) {
      for (const format of FORMATS) {
        const answer = await post(server().url, "traces", bomb, format, { "content-encoding": encoding });
        assert.equal(answer.status, 413, encoding);
        assert.match(statusIn(answer).message, /after decompression/);
      }
    }
  });
  assert.ok(growth < 400 * MIB, `it took ${growth} bytes`);
});

test("many bombs at once take no more memory than all bodies may", async () => {
  const packed = gzipSync(Buffer.alloc(60 * MIB));
  const paths = ["/v1/traces", "/api/v1/events", "/api/v1/metrics"];
  const growth = await growthBytes(async () => {
    const answers = await Promise.all(
      Array.from({ length: 45 }, (_, i) =>
        postTo(`${server().url}${paths[i % paths.length]}`, packed, {
          ...{ "content-type": "application/json", "content-encoding": "gzip" },
        }),
      ),
    );
    for (const { status } of answers) assert.ok([400, 413, 503].includes(status), String(status));
    assert.ok(answers.some(({ status }) => status === 503));
  });
  assert.ok(growth < LIMITS.bodiesInFlightBytes + 500 * MIB, `they took ${growth} bytes`);
});

test("a hundred thousand empty members of gzip are nothing", async () => {
  const body = Buffer.concat(Array<Buffer>(100_000).fill(gzipSync("")));
  const answer = await post(server().url, "traces", body, "protobuf", { "content-encoding": "gzip" });
  assert.ok([200, 400].includes(answer.status));
});

test("more frames of zstd than anybody needs are refused", async () => {
  const frame = zstdCompressSync("");
  const body = (count: number) => Buffer.concat(Array<Buffer>(count).fill(frame));
  const headers = { "content-encoding": "zstd" };
  assert.equal((await post(server().url, "traces", body(50), "protobuf", headers)).status, 200);
  assert.equal((await post(server().url, "traces", body(5000), "protobuf", headers)).status, 400);
});

test("a body in several members of gzip or frames of zstd is read to its end", async () => {
  const body = bodyOf("traces", requestWith("traces", 20));
  const middle = body.length >> 1;
  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
    // Told apart by their order, because the same body again would be a repeat.
    const request = Buffer.concat([body, Buffer.from([0x7a, encoding.length, ...Buffer.from(encoding)])]);
    const parts = Buffer.concat([compress(request.subarray(0, middle)), compress(request.subarray(middle))]);
    const answer = await post(server().url, "traces", parts, "protobuf", { "content-encoding": encoding });
    assert.equal(answer.status, 200, encoding);
  }
  assert.equal(server().rows("spans").length, 40);
});

test("a frame of zstd that wants a window of gigabytes is refused before it gets one", async () => {
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  const lastEmptyBlock = [0x01, 0x00, 0x00];
  const growth = await growthBytes(async () => {
    for (const windowLog of [24, 27, 31, 41]) {
      const body = Buffer.from([...magic, 0, (windowLog - 10) << 3, ...lastEmptyBlock]);
      const answer = await post(server().url, "traces", body, "protobuf", { "content-encoding": "zstd" });
      assert.equal(answer.status, 400, `2^${windowLog}`);
      assert.match(statusIn(answer).message, /not valid zstd/);
    }
  });
  assert.ok(growth < 100 * MIB);
  const params = { [constants.ZSTD_c_windowLog]: 23 };
  const allowed = zstdCompressSync(bodyOf("traces", requestWith("traces", 1)), { params });
  assert.equal((await post(server().url, "traces", allowed, "protobuf", { "content-encoding": "zstd" })).status, 200);
});

test("a compressed body that is cut off, or goes on behind its end, is 400 and stores nothing", async () => {
  const body = bodyOf("traces", requestWith("traces", 10));
  for (const [encoding, compress] of Object.entries({ gzip: gzipSync, zstd: zstdCompressSync })) {
    const packed = compress(body);
    for (const bad of [packed.subarray(0, -1), packed.subarray(0, 12), Buffer.concat([packed, Buffer.from("more")])]) {
      const answer = await post(server().url, "traces", bad, "protobuf", { "content-encoding": encoding });
      assert.equal(answer.status, 400, `${encoding} ${bad.length} of ${packed.length}`);
      assert.equal(server().rows("spans").length, 0);
    }
  }
});

test("large JSON is read beside the main thread, which goes on serving meanwhile", async () => {
  const large = bodyOf("traces", requestWith("traces", 60_000), "json");
  assert.ok(large.length > 8 * MIB);
  let served = 0;
  let isDone = false;
  const other = (async () => {
    while (!isDone) {
      const answer = await post(server().url, "logs", bodyOf("logs", requestWith("logs", 1)));
      assert.equal(answer.status, 200);
      served++;
    }
  })();
  const answer = await post(server().url, "traces", large, "json").finally(() => {
    isDone = true;
  });
  await other;
  assert.equal(answer.status, 200);
  assert.equal(server().rows("spans").length, 60_000);
  assert.ok(served > 5, `served ${served} others meanwhile`);
});

test("JSON made to take twenty times its size is refused unparsed, and the next large body is read", async () => {
  const units = ["{}", "[[]]", '{"a":{"b":{}}}'];
  const growth = await growthBytes(async () => {
    for (const unit of units) {
      const body = `{"resourceSpans":[${`${unit},`.repeat((60 * MIB) / (unit.length + 1))}0]}`;
      const answer = await post(server().url, "traces", body, "json");
      assert.equal(answer.status, 413, unit);
      assert.match(statusIn(answer).message, /too much memory as JSON/);
    }
  });
  assert.ok(growth < 1000 * MIB, `it took ${growth} bytes`);
  const large = bodyOf("traces", requestWith("traces", 3000), "json");
  assert.equal((await post(server().url, "traces", large, "json")).status, 200);
  assert.equal(server().rows("spans").length, 3000);
});

test("JSON just below that weight is parsed, and neither the process nor the next body suffers", async () => {
  const body = `{"resourceSpans":[${"[[]],".repeat(6_000_000)}0]}`;
  const answer = await post(server().url, "traces", gzipSync(body, { level: 1 }), "json", {
    "content-encoding": "gzip",
  });
  assert.equal(answer.status, 400);
  assert.match(statusIn(answer).message, /must be a JSON object/);
});
