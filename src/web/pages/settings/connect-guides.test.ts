// docs/connect.md and the page say the same: both ways.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findGuides, GUIDES, type Guide, type GuideLanguage, textOf, USUAL_PLACE } from "./connect-guides.ts";

const DOCS = readFileSync(new URL("../../../../docs/connect.md", import.meta.url), "utf8");
/** In a text of its own, not in the table of frameworks. */
const OUTSIDE_TABLES = new Set(["talea-python"]);

interface Row {
  readonly title: string;
  readonly packages: readonly string[];
  readonly codes: readonly string[];
}

/** The rows of the table of frameworks of a language. */
function rowsOf(language: GuideLanguage): Row[] {
  const section = DOCS.split(/^## /m).find((part) => part.startsWith(language)) ?? "";
  const codesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
  return [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \| (.+?) \|(?: .*\|)?$/gm)]
    .map(([, title = "", packages = "", line = ""]) => ({ title, packages: codesIn(packages), codes: codesIn(line) }))
    .filter(({ title }) => title !== "framework" && !title.startsWith("---"));
}

const plain = (text: string) => text.replace(/\s+/g, " ");

for (const language of ["TypeScript", "Python"] as const) {
  test(`every framework of the table for ${language} is on the page with its packages and line, and no other`, () => {
    const guides = GUIDES.filter((guide) => guide.language === language && !OUTSIDE_TABLES.has(guide.id));
    const rows = rowsOf(language);
    assert.deepEqual(guides.map(({ title }) => title).sort(), rows.map(({ title }) => title).sort());
    for (const { title, packages, codes } of rows) {
      const text = plain(textOf(guides.find((guide) => guide.title === title) as Guide));
      for (const code of [...packages, ...codes]) assert.ok(text.includes(plain(code)), `${title}: ${code}`);
    }
  });
}

test("what is for any program stands in the documents, line by line", () => {
  const lines = new Set(DOCS.split("\n").map((line) => line.trim()));
  const isTold = (line: string) => lines.has(line) || DOCS.includes(line.replace(/ \\$/, ""));
  for (const { id, steps } of GUIDES.filter(({ language }) => language === "Any program")) {
    for (const { code } of steps) {
      for (const line of code(USUAL_PLACE)
        .split("\n")
        .map((text) => text.trim())) {
        if (!line.includes('"agent.completed"')) assert.ok(isTold(line), `${id}: ${line}`);
      }
    }
  }
});

test("code is filled with the address and the key, and asks for no key where none is needed", () => {
  const place = { origin: "https://talea.example", grpc: "talea.example:4317", key: "talea_k" };
  for (const { id, steps } of GUIDES) {
    const withKey = steps.map(({ code }) => code(place)).join("\n");
    const without = steps.map(({ code }) => code({ origin: place.origin, grpc: place.grpc })).join("\n");
    assert.doesNotMatch(withKey, /127\.0\.0\.1|undefined/, id);
    if (id !== "docker") assert.match(withKey, /talea\.example/, id);
    assert.match(withKey, /talea_k/, id);
    if (id !== "docker") assert.doesNotMatch(without, /[Aa]uthorization|headers|HEADERS/, id);
  }
});

test("guides are found by what they say, and each has an id of its own", () => {
  assert.deepEqual(
    findGuides("crewai").map(({ id }) => id),
    ["crewai"],
  );
  assert.ok(findGuides("python openinference").length >= 5);
  assert.equal(findGuides("").length, GUIDES.length);
  assert.deepEqual(findGuides("no such framework"), []);
  assert.equal(new Set(GUIDES.map(({ id }) => id)).size, GUIDES.length);
});
