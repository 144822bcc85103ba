// What is put into builders comes back: straight from the block, and by way of the real engine. Random rows; the seed is
// printed: `SEED=… node --test …` repeats a failure.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { startTestStore, type TestStore } from "../../../test/support/durability-engine.ts";
import { Dice } from "../../../test/support/durability-random.ts";
import type { Column, Table } from "../../model/columns.ts";
import { type CellValue, readBlocks, readFirstColumns, rowsOf } from "./block-reader.ts";
import { sliceBlock } from "./block-slicer.ts";
import { encodeBlock, TableBuilder } from "./table-builder.ts";

const dice = Dice.fromEnvironment();
console.log(`seed ${dice.seed}`);

let engine: TestStore;
before(async () => {
  engine = await startTestStore();
});
after(() => engine.close());

const WORDS = ["", "a", "agent", "ä ö ü", "日本語", "🦆", "nul \u0000 inside", "line\nbreak", "quote ' \" \\"];
const U64 = 2n ** 64n;
const I64 = 2n ** 63n;

/** How values of a type are made, written and read. */
interface Kind<T> {
  readonly make: () => T;
  readonly standard: T;
  /** What the reader gives for it. */
  readonly read: (value: T) => CellValue;
  readonly put: (builder: never, row: number, value: T) => void;
}

const kind = <T, B>(
  make: () => T,
  standard: T,
  put: (builder: B, row: number, value: T) => void,
  read: (value: T) => CellValue = (value) => value as CellValue,
): Kind<unknown> => ({ make, standard, put, read }) as unknown as Kind<unknown>;

interface Puts<T> {
  put(row: number, value: T): void;
}
interface Appends<T> {
  append(value: T): void;
}

const number = (min: number, max: number) =>
  kind<number, Puts<number>>(
    () => dice.oneOf([min, max, 0, dice.between(min, max)]),
    0,
    (builder, row, value) => builder.put(row, value),
  );
const wide = (min: bigint, max: bigint) =>
  kind<bigint, { putBigInt(row: number, value: bigint): void }>(
    () => dice.oneOf([min, max, 0n, BigInt(dice.between(0, 2 ** 31)) ** 2n % max]),
    0n,
    (builder, row, value) => builder.putBigInt(row, value),
    (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value),
  );
const double = (round: (value: number) => number) =>
  kind<number, Puts<number>>(
    () => round(dice.oneOf([0, -0, 1.5, -1e30, Number.POSITIVE_INFINITY, Number.NaN, dice.next() * 1e6])),
    0,
    (builder, row, value) => builder.put(row, value),
  );
const text = () =>
  kind<string, Puts<string>>(
    () => dice.oneOf(WORDS).repeat(dice.oneOf([1, 1, 1, 20])) + (dice.chance(0.3) ? dice.between(0, 99) : ""),
    "",
    (builder, row, value) => builder.put(row, value),
  );
const fixed = (width: number) =>
  kind<Uint8Array, Puts<Uint8Array>>(
    () => (dice.chance(0.2) ? new Uint8Array(width) : dice.bytes(width)),
    new Uint8Array(width),
    (builder, row, value) => builder.put(row, value),
    (value) => (value.every((byte) => byte === 0) ? "" : Buffer.from(value).toString("hex")),
  );
const array = <T>(items: () => T[], append: (builder: never, item: T) => void, read: (item: T) => CellValue) =>
  kind<T[], { readonly items: unknown } & Puts<number>>(
    items,
    [],
    (builder, row, values) => {
      for (const value of values) append(builder.items as never, value);
      builder.put(row, values.length);
    },
    (values) => values.map(read),
  );
const some = <T>(make: () => T): T[] => Array.from({ length: dice.oneOf([0, 0, 1, 2, 9]) }, make);

const KINDS: readonly (readonly [type: Column["type"], kind: Kind<unknown>])[] = [
  ["UInt8", number(0, 255)],
  ["UInt16", number(0, 65_535)],
  ["UInt32", number(0, 2 ** 32 - 1)],
  ["UInt64", wide(0n, U64 - 1n)],
  ["Int8", number(-128, 127)],
  ["Int16", number(-32_768, 32_767)],
  ["Int32", number(-(2 ** 31), 2 ** 31 - 1)],
  ["Float32", double(Math.fround)],
  ["Float64", double((value) => value)],
  ["String", text()],
  ["LowCardinality(String)", text()],
  ["FixedString(8)", fixed(8)],
  ["FixedString(16)", fixed(16)],
  ["DateTime('UTC')", number(0, 2 ** 32 - 1)],
  ["DateTime64(9, 'UTC')", wide(0n, I64 - 1n)],
  ["Enum8('none' = 0, 'one' = 1, 'two words' = 2)", number(0, 2)],
  [
    "Array(String)",
    array(
      () => some(() => dice.oneOf(WORDS)),
      (items: Appends<string>, item) => items.append(item),
      (item) => item,
    ),
  ],
  [
    "Array(LowCardinality(String))",
    array(
      () => some(() => dice.oneOf(WORDS)),
      (items: Appends<string>, item) => items.append(item),
      (item) => item,
    ),
  ],
  [
    "Array(Int16)",
    array(
      () => some(() => dice.between(-32_768, 32_767)),
      (items: Appends<number>, item) => items.append(item),
      (item) => item,
    ),
  ],
  [
    "Array(UInt64)",
    array(
      () => some(() => dice.between(0, 2 ** 40)),
      (items: Appends<number>, item) => items.append(item),
      (item) => item,
    ),
  ],
  [
    "Array(Float64)",
    array(
      () => some(() => dice.next()),
      (items: Appends<number>, item) => items.append(item),
      (item) => item,
    ),
  ],
  [
    "Array(FixedString(16))",
    array(
      () => some(() => dice.bytes(16)),
      (items: Appends<Uint8Array>, item) => items.append(item),
      (item) => Buffer.from(item).toString("hex"),
    ),
  ],
  [
    "Map(LowCardinality(String), String)",
    kind<ReadonlyMap<string, string>, { keys: Appends<string>; values: Appends<string> } & Puts<number>>(
      () => new Map(some(() => [dice.oneOf(WORDS), dice.oneOf(WORDS)])),
      new Map(),
      (builder, row, entries) => {
        for (const [key, value] of entries) {
          builder.keys.append(key);
          builder.values.append(value);
        }
        builder.put(row, entries.size);
      },
      (entries) => Object.fromEntries(entries),
    ),
  ],
];

const COLUMNS = Object.fromEntries([
  ["n", { type: "UInt32", doc: "" }],
  ...KINDS.map(([type], i) => [`c${i}`, { type, doc: "" }]),
]) as Readonly<Record<string, Column>>;
const TABLE: Table = {
  ...{ name: "round_trip", doc: "", columns: COLUMNS, orderBy: ["n"], sortOnly: 0 },
  ...{ partitionBy: "tuple()", indexes: [], projections: [] },
};

/** Rows of random values, some of them left out; what the reader is to give for them. */
function fill(builder: TableBuilder, rows: number, shareLeftOut: number): Record<string, CellValue>[] {
  builder.clear();
  const { columns } = builder as unknown as { readonly columns: Readonly<Record<string, never>> };
  return Array.from({ length: rows }, (_, n) => {
    const row = builder.addRow();
    (columns["n"] as unknown as Puts<number>).put(row, n);
    const cells = KINDS.map(([, { make, standard, put, read }], i) => {
      if (dice.chance(shareLeftOut)) return [`c${i}`, read(standard)];
      const value = make();
      put(columns[`c${i}`] as never, row, value);
      return [`c${i}`, read(value)];
    });
    return { n, ...Object.fromEntries(cells) };
  });
}

async function throughEngine(blocks: readonly Uint8Array[], name = TABLE.name, columns = COLUMNS) {
  const structure = Object.entries(columns).map(([column, { type }]) => `${column} ${type}`);
  await engine.store.command(`DROP TABLE IF EXISTS ${name}`);
  await engine.store.command(`CREATE TABLE ${name} (${structure.join(", ")}) ENGINE = MergeTree ORDER BY n`);
  await engine.store.insert(name, Object.keys(columns), blocks, `${name} ${dice.next()}`);
  return engine.store.blocks(`SELECT * FROM ${name} ORDER BY n`);
}

test("random rows of every column type come back from their block, whatever was left out", () => {
  const builder = new TableBuilder(TABLE);
  for (const rows of [1, 2, 3, 10, 300]) {
    for (const shareLeftOut of [0, 0.3, 0.9, 1]) {
      const expected = fill(builder, rows, shareLeftOut);
      const blocks = readBlocks(encodeBlock(builder));
      assert.deepEqual(blocks.flatMap(rowsOf), expected);
    }
  }
});

test("random rows of every column type come back from the engine, whatever was left out", async () => {
  const builder = new TableBuilder(TABLE);
  for (const [rows, shareLeftOut] of [
    [1, 0],
    [1, 1],
    [700, 0.3],
    [3, 1],
  ] as const) {
    const expected = fill(builder, rows, shareLeftOut);
    const blocks = await throughEngine([encodeBlock(builder)]);
    assert.deepEqual(blocks.flatMap(rowsOf), expected);
  }
});

test("blocks of one insert are one after another in the answer, and each has its own dictionary", async () => {
  const builder = new TableBuilder(TABLE);
  const expected = [fill(builder, 40, 0.2)];
  const first = encodeBlock(builder);
  expected.push(fill(builder, 3, 0.2));
  const found = (await throughEngine([first, encodeBlock(builder)])).flatMap(rowsOf);
  const byRow = (rows: readonly Record<string, CellValue>[]) => rows.map((row) => inspect(row)).sort();
  assert.deepEqual(byRow(found), byRow(expected.flat()));
});

const BIG = { n: { type: "UInt32", doc: "" }, word: { type: "LowCardinality(String)", doc: "" } } as const;

test("a dictionary of more than 65,536 words comes back, from its block and from the engine", async () => {
  for (const words of [0x100, 0x101, 0x1_0000, 0x1_0001, 150_000]) {
    const builder = new TableBuilder({ ...TABLE, columns: BIG });
    // The empty word is always in the dictionary: with it there are as many as are wanted.
    for (let i = 1; i < words; i++) {
      const row = builder.addRow();
      builder.columns.n.put(row, row);
      builder.columns.word.put(row, `word ${i}`);
    }
    const bytes = encodeBlock(builder as unknown as TableBuilder);
    for (const blocks of [readBlocks(bytes), await throughEngine([bytes], "big", BIG)]) {
      const found = blocks.flatMap((block) => {
        const texts = block.texts("word");
        return Array.from({ length: block.rows }, (_, row) => texts.text(row));
      });
      assert.equal(found.length, words - 1);
      assert.ok(found.every((word, i) => word === `word ${i + 1}`));
    }
  }
});

test("a text of many megabytes comes back, and so does one that is cut in the middle of a character", async () => {
  const columns = { n: { type: "UInt32", doc: "" }, body: { type: "String", doc: "" } } as const;
  const builder = new TableBuilder({ ...TABLE, columns });
  const long = "🦆ä".repeat(2_000_000);
  const cut = Buffer.from("🦆").subarray(0, 2);
  for (const body of [Buffer.from(long), cut, Buffer.alloc(0)]) {
    const row = builder.addRow();
    builder.columns.n.put(row, row);
    builder.columns.body.putBytes(row, body);
  }
  const bytes = encodeBlock(builder as unknown as TableBuilder);
  for (const blocks of [readBlocks(bytes), await throughEngine([bytes], "long", columns)]) {
    const bodies = blocks.flatMap((block) => {
      const texts = block.texts("body");
      return Array.from({ length: block.rows }, (_, row) => texts.bytes(row));
    });
    assert.deepEqual(
      bodies.map(({ length }) => length),
      [12_000_000, 2, 0],
    );
    assert.ok(Buffer.from(long).equals(bodies[0] as Uint8Array));
    assert.ok(cut.equals(bodies[1] as Uint8Array));
  }
});

test("a block without rows is read as such", async () => {
  const blocks = await engine.store.blocks(`SELECT * FROM spans`);
  assert.deepEqual(blocks.flatMap(rowsOf), []);
  const builder = new TableBuilder(TABLE);
  assert.deepEqual(readBlocks(encodeBlock(builder)).flatMap(rowsOf), []);
});

test("a builder that is used again holds nothing of before", () => {
  const builder = new TableBuilder(TABLE);
  fill(builder, 50, 0);
  const expected = fill(builder, 2, 1);
  assert.deepEqual(readBlocks(encodeBlock(builder)).flatMap(rowsOf), expected);
});

test("the first columns of a block can be read without the rest", () => {
  const builder = new TableBuilder(TABLE);
  fill(builder, 20, 0.2);
  const block = readFirstColumns(encodeBlock(builder), new Set(["n", "c3"]));
  assert.deepEqual([...block.columns.keys()], ["n", "c3"]);
  assert.deepEqual(
    [...block.numbers("n")],
    Array.from({ length: 20 }, (_, n) => n),
  );
});

test("a block that is cut into pieces holds the same rows, also for the engine", async () => {
  const builder = new TableBuilder(TABLE);
  for (const [rows, shareLeftOut] of [
    [1, 0.5],
    [2, 1],
    [90, 0.3],
  ] as const) {
    const expected = fill(builder, rows, shareLeftOut);
    const bytes = encodeBlock(builder);
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < rows; ) {
      const to = Math.min(rows, from + dice.between(1, 20));
      pieces.push(sliceBlock(bytes, from, to));
      from = to;
    }
    assert.deepEqual(pieces.flatMap(readBlocks).flatMap(rowsOf), expected);
    assert.deepEqual((await throughEngine(pieces)).flatMap(rowsOf), expected);
  }
});

test("a block that ends too early is refused, wherever it was cut", () => {
  const builder = new TableBuilder(TABLE);
  fill(builder, 3, 0.2);
  const bytes = encodeBlock(builder);
  for (let length = 1; length < bytes.length; length++) {
    assert.throws(() => readBlocks(bytes.subarray(0, length)).map(rowsOf), /ends inside|no reader|RangeError|Invalid/i);
  }
});

test("a type that is not known here is refused and not taken for another", async () => {
  for (const type of ["Date32", "UInt128", "Int256", "Nullable(UInt8)", "UUID"]) {
    await assert.rejects(
      engine.store.blocks(`SELECT CAST(1 AS ${type}) AS x`.replace("CAST(1 AS UUID)", "generateUUIDv4()")),
      {
        name: "NativeFormatError",
      },
    );
  }
});
