// What a reader works in a figure itself: handles, marks, traces. Loaded by the pages that have one.
import { handlesOf } from "./handles.js";
import { Marks } from "./marks.js";
import { Trace } from "./trace.js";

const KINDS = { marks: Marks, trace: Trace };

/** @param {import("./view.js").View} view @returns {{place: () => void}[]} */
export function handsOf(view) {
  const worked = view.spec.controls.flatMap((control, index) => (KINDS[control.kind] ? [new KINDS[control.kind](view, control, index)] : []));
  return [...handlesOf(view), ...worked];
}
