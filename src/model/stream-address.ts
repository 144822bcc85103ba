// What both ends of the live stream need of its protocol at run time; the protocol itself stands in stream.ts.

export const STREAM_PATH = "/api/v1/stream";

/** A socket is closed with this code when the server stops: come back, with the last offset as `after`. */
export const CLOSE_COME_BACK = 1012;

/** … and with this one when its key was revoked or has expired. */
export const CLOSE_KEY_ENDED = 1008;
