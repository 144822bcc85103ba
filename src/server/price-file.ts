// The file of --prices: prices that go before the built-in table. What is in it is checked before anything starts.

import { readFileSync } from "node:fs";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { PriceOverride } from "../ingest/pricing.ts";
import { SettingsError } from "./settings.ts";

const priceFile = Compile(Type.Array(PriceOverride));

/** The prices of a file; none when no file is named. Throws SettingsError. */
export function readPrices(file: string): readonly PriceOverride[] {
  if (file === "") return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new SettingsError(`--prices ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!priceFile.Check(parsed)) {
    const [error] = priceFile.Errors(parsed);
    const [, index, field] = error?.instancePath.split("/") ?? [];
    if (index === undefined) throw wrong(file, "it holds no list");
    const place = `entry ${Number(index) + 1}${field === undefined ? "" : `, ${field}`}`;
    throw wrong(file, `${place} ${error?.message ?? "is not as it should be"}`);
  }
  for (const [i, row] of parsed.entries()) checkRow(row, (what) => wrong(file, `entry ${i + 1}, ${what}`));
  return parsed;
}

/** What a schema does not say. */
function checkRow({ model, from }: PriceOverride, refusal: (what: string) => SettingsError): void {
  if (from !== undefined && Number.isNaN(Date.parse(from))) throw refusal(`from is no RFC 3339 time: ${from}`);
  const pattern = /^\/(.*)\/$/.exec(model)?.[1];
  if (pattern === undefined) return;
  try {
    new RegExp(pattern);
  } catch (error) {
    throw refusal(`model: ${(error as Error).message}`);
  }
}

function wrong(file: string, what: string): SettingsError {
  return new SettingsError(
    `--prices ${file}: ${what}. It must be a list such as [{ "model": "my-model", "input": 0.5, "output": 2 }], in USD ` +
      "per million tokens.",
  );
}
