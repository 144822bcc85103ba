// Of the nodes of a graph and what lies between them, in pixels at full size.

export const NODE_WIDTH = 204;
export const NODE_HEIGHT = 46;
export const LAYER_GAP = 112;
export const ROW_GAP = 18;
