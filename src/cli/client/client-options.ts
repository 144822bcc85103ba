import { readFileSync } from "node:fs";
import type { CommandContext } from "../command.ts";
import { textOption, UsageError } from "../options.ts";
import { TaleaClient } from "./talea-client.ts";

/** The flags of every command that asks a running server. */
export const CLIENT_OPTIONS = {
  url: textOption("URL", "Address of the server", { default: "http://127.0.0.1:4318", environment: "TALEA_URL" }),
  "key-file": textOption("FILE", "File that holds the server's key; or TALEA_KEY", { environment: "TALEA_KEY_FILE" }),
};

/** A client as the flags and the environment say. Throws UsageError. */
export function clientOf(
  { url, "key-file": keyFile }: { readonly url: string; readonly "key-file": string },
  { environment }: CommandContext,
): TaleaClient {
  let parsed: URL;
  try {
    parsed = new URL(/^\w+:\/\//.test(url) ? url : `http://${url}`);
  } catch {
    throw new UsageError("--url must be the address of a server, such as http://127.0.0.1:4318");
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw new UsageError(`--url must begin with http:// or https://, not ${parsed.protocol}//`);
  }
  const key = keyFile === "" ? environment["TALEA_KEY"] : readKey(keyFile);
  return new TaleaClient(parsed, key === "" ? undefined : key);
}

function readKey(file: string): string {
  let key: string;
  try {
    key = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`--key-file cannot be read: ${(error as Error).message}`);
  }
  if (key === "") throw new UsageError(`--key-file ${file} is empty`);
  return key;
}
