import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countWaiting,
  type NewestFirst,
  type RowPage,
  withFirstPage,
  withPageBehind,
  withWaiting,
} from "./newest-first.ts";

const keyOf = (row: string) => row.split(" ")[0] as string;
const page = (rows: string, nextCursor?: string): RowPage<string> => ({ rows: rows.split(","), nextCursor });
const rowsOf = ({ rows }: NewestFirst<string>) => rows.join(",");

test("new rows come in on top, and what was loaded behind the first page stays", () => {
  const list = withPageBehind(page("d,c", "2"), page("b,a", "4"), keyOf);
  const fresh = withFirstPage(list, page("e,d", "2"), false, keyOf);
  assert.equal(rowsOf(fresh), "e,d,c,b,a");
  assert.equal(fresh.nextCursor, "4");
});

test("a row that should have come with the first page and did not is gone", () => {
  const list = withPageBehind(page("d,c", "2"), page("b,a", "4"), keyOf);
  assert.equal(rowsOf(withFirstPage(list, page("d,b", "2"), false, keyOf)), "d,b,a");
  assert.equal(rowsOf(withFirstPage(list, page("d"), false, keyOf)), "d");
});

test("when more came than a page holds the list begins anew: nothing is left out between its rows", () => {
  const fresh = withFirstPage(page("b,a"), page("f,e", "2"), false, keyOf);
  assert.equal(rowsOf(fresh), "f,e");
  assert.equal(fresh.nextCursor, "2");
});

test("while it is held rows change where they are, new ones wait and are counted, and then come in", () => {
  let list: NewestFirst<string> = page("c open,b,a");
  list = withFirstPage(list, page("d,c done,b", "3"), true, keyOf);
  assert.equal(rowsOf(list), "c done,b,a");
  assert.deepEqual(countWaiting(list, keyOf), { count: 1, isMore: false });
  list = withFirstPage(list, page("e,d,c done", "3"), true, keyOf);
  assert.deepEqual(countWaiting(list, keyOf), { count: 2, isMore: false });
  list = withWaiting(list, keyOf);
  assert.equal(rowsOf(list), "e,d,c done,b,a");
  assert.deepEqual(countWaiting(list, keyOf), { count: 0, isMore: false });
});

test("of more than a page holds the count says that there are more", () => {
  const list = withFirstPage(page("b,a"), page("f,e", "2"), true, keyOf);
  assert.equal(rowsOf(list), "b,a");
  assert.deepEqual(countWaiting(list, keyOf), { count: 2, isMore: true });
  assert.equal(rowsOf(withWaiting(list, keyOf)), "f,e");
});

test("a page that is fetched twice adds nothing", () => {
  const list = withPageBehind(page("d,c", "2"), page("c,b"), keyOf);
  assert.equal(rowsOf(list), "d,c,b");
  assert.equal(list.nextCursor, undefined);
});
