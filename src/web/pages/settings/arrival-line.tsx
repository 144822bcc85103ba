import { nowEachSecond } from "../../base/clock.ts";
import { formatElapsed } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleText } from "../../base/visible-text.ts";
import { isArrivalKnown, lastArrival } from "../../state/arrivals.ts";

/** Whether anything arrives: it turns as soon as the first span does. */
export function ArrivalLine() {
  const arrival = lastArrival.value;
  if (arrival === undefined) {
    return (
      <p class="arrival waiting-for" role="status">
        <i aria-hidden="true" />
        {isArrivalKnown.value ? "Waiting for the first span …" : "Listening …"}
      </p>
    );
  }
  const { runId, runName, service, at, isNew } = arrival;
  return (
    <p class={isNew ? "arrival arrived" : "arrival"}>
      <i aria-hidden="true" />
      <span role="status">
        {isNew ? "Arrived from " : "Last arrived from "}
        <strong class="foreign">{visibleText(service === "" ? "a program without a service name" : service)}</strong>
      </span>
      <span class="muted">{formatElapsed(nowEachSecond() - Date.parse(at))} ago</span>
      <a class="cut foreign arrival-run" href={pathOf`/runs/${runId}`}>
        {visibleText(runName)}
      </a>
    </p>
  );
}
