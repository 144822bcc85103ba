// A graph on the screen: where its agents stand, from which point of view, and what the pointer is over.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { isDark } from "../base/theme.ts";
import type { AgentGraph, GraphPick } from "../plots/agent-graph.ts";
import type { Size } from "../plots/canvas.ts";
import type { EdgeMeasure } from "../plots/edge-measures.ts";
import { linkCurves } from "../plots/graph-curves.ts";
import { type GraphPlaces, grownPlaces, NO_PLACES, placesBox } from "../plots/graph-places.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "../plots/graph-sizes.ts";
import { linkLines, linkLooks } from "../plots/link-lines.ts";
import { LinkRaster } from "../plots/link-raster.ts";
import { fitPlane, type Plane, revealOnPlane, zoomPlane } from "../plots/plane.ts";
import { GraphLayouter } from "./graph-layouter.ts";

/** What the page around a graph decides. */
export interface GraphSource {
  readonly graph: ReadonlySignal<AgentGraph>;
  readonly measure: ReadonlySignal<EdgeMeasure>;
  /** Undefined: all of it, also while it grows. */
  readonly plane: ReadonlySignal<Plane | undefined>;
  readonly onPlane: (plane: Plane | undefined) => void;
}

export interface GraphHover {
  readonly pick: GraphPick;
  /** In pixels of the window. */
  readonly x: number;
  readonly y: number;
}

const NOWHERE: Plane = { x: 0, y: 0, scale: 1 };

export class GraphStage {
  readonly size = signal<Size>({ width: 0, height: 0 });
  readonly places = signal<GraphPlaces>(NO_PLACES);
  readonly hover = signal<GraphHover | undefined>(undefined);
  /** The layout's script could not be had. */
  readonly isBroken = signal(false);
  /** How long the last layout took in the worker. */
  readonly tookMs = signal<number | undefined>(undefined);
  readonly curves;
  readonly lines;
  readonly raster = new LinkRaster();
  /** Counts frames that were not enough to draw all lines. */
  readonly unfinished = signal(0);
  readonly plane: ReadonlySignal<Plane>;
  readonly #source: GraphSource;
  #layouter: GraphLayouter | undefined;
  #isUnderWay = false;

  constructor(source: GraphSource) {
    this.#source = source;
    const { graph, measure } = source;
    // What agents do changes often, who speaks to whom seldom.
    const links = computed(() => graph.value.links);
    this.curves = computed(() => linkCurves(links.value, this.places.value));
    const looks = computed(() => linkLooks(links.value, measure.value, isDark.value));
    this.lines = computed(() => linkLines(links.value, looks.value, this.curves.value));
    this.plane = computed(() => source.plane.value ?? this.#whole());
  }

  /** Keeps the agents' places with the graph until the answered function is called. */
  follow(): () => void {
    const layouter = new GraphLayouter(() => {
      this.isBroken.value = true;
    });
    this.#layouter = layouter;
    const stop = effect(() => {
      const graph = this.#source.graph.value;
      const places = this.places.peek();
      if (graph.nodes.length === 0) return;
      if (places.at.size > 0) this.places.value = grownPlaces(places, graph);
      else if (!this.#isUnderWay) void this.arrange();
    });
    return () => {
      stop();
      layouter.stop();
      this.#layouter = undefined;
    };
  }

  /** Lays everything out anew. */
  async arrange(): Promise<void> {
    const layouter = this.#layouter;
    if (layouter === undefined) return;
    this.#isUnderWay = true;
    const { places, tookMs } = await layouter.layOut(this.#source.graph.peek());
    this.#isUnderWay = false;
    if (this.#layouter !== layouter) return;
    this.tookMs.value = tookMs;
    // Agents may have come in the meantime.
    this.places.value = grownPlaces(places, this.#source.graph.peek());
  }

  show(plane: Plane | undefined): void {
    this.#source.onPlane(plane);
  }

  zoomBy(factor: number, at = { x: this.size.peek().width / 2, y: this.size.peek().height / 2 }): void {
    this.show(zoomPlane(this.plane.peek(), factor, at));
  }

  /** Brings an agent into sight. */
  reveal(name: string): void {
    const place = this.places.peek().at.get(name);
    if (place === undefined) return;
    const [width, height] = [NODE_WIDTH, NODE_HEIGHT];
    const box = { left: place.x - width / 2, top: place.y - height / 2, width, height };
    const plane = revealOnPlane(this.plane.peek(), box, this.size.peek());
    if (plane.x !== this.plane.peek().x || plane.y !== this.plane.peek().y) this.show(plane);
  }

  #whole(): Plane {
    const box = placesBox(this.places.value);
    return box === undefined || this.size.value.width === 0 ? NOWHERE : fitPlane(box, this.size.value);
  }
}
