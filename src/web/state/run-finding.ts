// The finding that the reader looks at: all of its spans are marked in the timeline. In the URL as `finding`: which kind,
// and which one of that kind.

import type { Finding } from "../../model/shapes.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";

/** Names a finding of a run in its URL. */
export function findingKey(findings: readonly Finding[], finding: Finding): string {
  const same = findings.filter(({ id }) => id === finding.id);
  return `${finding.id}.${same.indexOf(finding) + 1}`;
}

/** The finding that the URL names. */
export function shownFinding(findings: readonly Finding[]): Finding | undefined {
  const key = queryValue(place.value.query, "finding");
  return key === undefined ? undefined : findings.find((finding) => findingKey(findings, finding) === key);
}

/** Marks a finding's spans; undefined: of none. */
export function showFinding(key: string | undefined): void {
  setQuery({ finding: key }, "quiet");
}
