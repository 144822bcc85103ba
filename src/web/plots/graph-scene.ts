import type { AgentGraph, GraphPick } from "./agent-graph.ts";
import type { Inks } from "./canvas.ts";
import type { EdgeMeasure } from "./edge-measures.ts";
import type { Curve } from "./graph-curves.ts";
import type { GraphPlaces } from "./graph-places.ts";
import type { LinkLine } from "./link-lines.ts";
import type { LinkRaster } from "./link-raster.ts";
import type { Plane } from "./plane.ts";

/** Everything that is drawn of a graph. */
export interface GraphScene {
  readonly graph: AgentGraph;
  readonly places: GraphPlaces;
  readonly curves: ReadonlyMap<string, Curve>;
  readonly lines: readonly LinkLine[];
  readonly raster: LinkRaster;
  /** Called when the lines are not all drawn yet: draw again in the next frame. */
  readonly onUnfinished: () => void;
  readonly measure: EdgeMeasure;
  readonly plane: Plane;
  readonly inks: Inks;
  readonly selected: GraphPick | undefined;
  readonly hovered: GraphPick | undefined;
  /** An agent that is marked besides, as that of the selected span. */
  readonly marked: string | undefined;
}
