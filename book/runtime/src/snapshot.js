export function restore() { throw new Error("not yet"); }
