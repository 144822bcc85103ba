import assert from "node:assert/strict";
import { test } from "node:test";
import { toCsv, toJson } from "./result-text.ts";

const column = (name: string) => ({ name, type: "String" });

test("CSV quotes what needs it, leaves unknown values empty, and lets no text become a formula", () => {
  const row = {
    plain: "a",
    quoted: 'say "hi", now\nor never',
    number: -1.5,
    nothing: null,
    list: [1, "x"],
    formula: "=HYPERLINK(1)",
    minus: "-1+1",
    at: "@SUM(A1)",
  };
  const columns = Object.keys(row).map(column);
  assert.equal(
    toCsv([...columns, column("+name")], [row]),
    "plain,quoted,number,nothing,list,formula,minus,at,'+name\r\n" +
      `a,"say ""hi"", now\nor never",-1.5,,"[1,""x""]",'=HYPERLINK(1),'-1+1,'@SUM(A1),\r\n`,
  );
});

test("JSON has a row a line", () => {
  assert.deepEqual(JSON.parse(toJson([{ a: 1 }, { a: null }])), [{ a: 1 }, { a: null }]);
  assert.equal(toJson([{ a: 1 }, { a: 2 }]).split("\n").length, 5);
});
