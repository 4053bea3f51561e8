// The reader's progress, in this browser only. Storage may be full, forbidden or hold anything: nothing here throws.

const PLACE = "miniatures.progress";
const VERSION = 1;
const LONGEST = 200; // letters of an id
export const MOST = 2000; // exercises; more are not read again
export const MOST_ANSWER = 4000; // letters; a longer one is not kept

/** @typedef {{tries: number, solved: boolean, answer: string}} Entry */

const object = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const valid = (entry) => object(entry) && Number.isSafeInteger(entry.tries) && entry.tries >= 0 && typeof entry.solved === "boolean" && typeof entry.answer === "string" && entry.answer.length <= MOST_ANSWER;

/**
 * The entries of a stored or exported progress; null where the text is none.
 * @param {string} text
 * @returns {Map<string, Entry> | null}
 */
export function parsed(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!object(value) || value.version !== VERSION || !object(value.exercises)) return null;
  const entries = Object.entries(value.exercises);
  if (entries.length > MOST || !entries.every(([id, entry]) => id.length <= LONGEST && valid(entry))) return null;
  return new Map(entries.map(([id, { tries, solved, answer }]) => [id, { tries, solved, answer }]));
}

/** Both progresses as one: what was solved stays solved, the larger number of tries counts. */
export function merged(kept, added) {
  const out = new Map(kept);
  for (const [id, entry] of added) {
    const old = out.get(id);
    const better = !old || (entry.solved && !old.solved) || (entry.solved === old.solved && entry.tries > old.tries) ? entry : old;
    out.set(id, { ...better, tries: Math.max(entry.tries, old?.tries ?? 0) });
  }
  return out;
}

/** What is stored; nothing where storage is forbidden or holds something else. */
export function read() {
  try {
    return parsed(localStorage.getItem(PLACE) ?? "") ?? new Map();
  } catch {
    return new Map();
  }
}

const plain = (entries) => ({ version: VERSION, exercises: Object.fromEntries(entries) });

/** Store all entries; false where that is not possible. */
export function write(entries) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(plain(entries)));
    return true;
  } catch {
    return false;
  }
}

/** Store one exercise's entry, as the last one, beside what other tabs have stored; false where that is not possible. */
export function keep(id, entry) {
  const entries = read();
  entries.delete(id);
  return write(entries.set(id, entry));
}

/** The text of the reader's export. */
export const exported = (entries, date) => `${JSON.stringify({ version: VERSION, date, exercises: plain(entries).exercises }, null, 1)}\n`;
