/** A text without what is made anew each time: ids that frameworks and services give. */
export function foldIds(text: string): string {
  return (
    text
      .replace(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "<id>")
      // Words of letters and digits mixed, such as req_011CQ or a3f9…: ids.
      .replace(/\b(?=\w*\d)(?=\w*[a-z])\w{6,}\b/gi, "<id>")
  );
}
