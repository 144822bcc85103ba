import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type ColumnType, decodeColumns, encodeColumns } from "./typed-columns.ts";

const TYPES = { id: "id8", time: "f64", row: "i32", size: "u32", bits: "u16", flag: "u8" } as const satisfies Readonly<
  Record<string, ColumnType>
>;
const ANSWER = {
  ...{ name: "ünicode", count: 2 },
  columns: {
    id: ["00f067aa0ba902b7", "none at all"],
    time: Float64Array.of(0.1, 1e300),
    ...{ row: [-1, 2 ** 31 - 1], size: [0, 2 ** 32 - 1], bits: [1, 65_535] },
    flag: [1, 0, 1],
  },
};

test("columns of every type come back, also such that are longer than the others", () => {
  const { buffer } = encodeColumns(ANSWER, TYPES);
  const { name, count, columns } = decodeColumns<{ name: string; count: number }>(buffer as ArrayBuffer);
  assert.deepEqual([name, count], ["ünicode", 2]);
  assert.deepEqual([...(columns["id"] ?? [])], [0, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7, ...new Array(8).fill(0)]);
  for (const column of ["time", "row", "size", "bits", "flag"] as const) {
    assert.deepEqual([...(columns[column] ?? [])], [...ANSWER.columns[column]], column);
  }
});

test("nothing is copied when it is read, and each column begins on a multiple of 8 bytes", () => {
  const { buffer } = encodeColumns(ANSWER, TYPES);
  const { columns } = decodeColumns(buffer as ArrayBuffer);
  for (const column of Object.values(columns)) {
    assert.equal(column.buffer, buffer);
    assert.equal(column.byteOffset % 8, 0);
  }
});

test("a buffer that is cut off is refused", () => {
  const bytes = encodeColumns(ANSWER, TYPES);
  for (const length of [3, 40, bytes.length - 8]) assert.throws(() => decodeColumns(bytes.slice(0, length).buffer));
});
