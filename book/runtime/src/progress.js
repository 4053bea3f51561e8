// The progress page: what the reader has solved, chapter by chapter; saved to a file, read from one, forgotten.
import { download, make, specification } from "./dom.js";
import { exported, merged, MOST, parsed, read, write } from "./store.js";

const LARGEST = 1_000_000; // bytes of a file that may be read

export function startProgress() {
  for (const place of document.querySelectorAll(".m-progress")) new Progress(place);
}

class Progress {
  constructor(place) {
    this.chapters = specification(place).chapters.filter(({ exercises }) => exercises.length);
    this.last = place.appendChild(make("p"));
    this.table = place.appendChild(make("table", { class: "m-chapters" }));
    const file = make("input", { type: "file", accept: "application/json,.json", class: "m-sr", tabindex: "-1", "aria-label": "File with progress", change: () => this.take(file) });
    const tool = (text, click) => make("button", { type: "button", click }, text);
    this.forgetting = tool("Reset", () => this.ask());
    place.append(make("div", { class: "m-tools" }, tool("Export", () => this.save()), tool("Import", () => file.click()), this.forgetting, file));
    this.question = place.appendChild(make("div", { class: "m-asking" }));
    this.status = place.appendChild(make("p", { class: "m-status", role: "status" }));
    this.show();
    addEventListener("storage", () => this.show());
  }

  show() {
    const entries = read();
    const last = [...entries.keys()].pop();
    const { title, url } = this.chapters.find(({ exercises }) => exercises.includes(last)) ?? {};
    this.last.replaceChildren(...(url ? [make("a", { href: `${url}#exercise-${last}` }, `Continue with “${title}”`)] : []));
    const solved = (ids) => ids.filter((id) => entries.get(id)?.solved).length;
    const head = make("thead", {}, make("tr", {}, ...["Chapter", "Solved", "Exercises"].map((name) => make("th", { scope: "col" }, name))));
    const rows = this.chapters.map(({ title, url, exercises }) => row(make("a", { href: url }, title), solved(exercises), exercises.length, title));
    const all = this.chapters.flatMap(({ exercises }) => exercises);
    this.table.replaceChildren(head, make("tbody", {}, ...rows), make("tfoot", {}, row("All chapters", solved(all), all.length, "All chapters")));
  }

  save() {
    const date = new Date().toISOString();
    download(`miniatures-progress-${date.slice(0, 10)}.json`, "application/json", exported(read(), date));
    this.status.textContent = "Your progress was saved to a file.";
  }

  async take(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const found = file.size <= LARGEST ? parsed(await file.text().catch(() => "")) : null; // it may be gone meanwhile
    const both = found && merged(read(), found);
    const few = both?.size <= MOST; // else nothing of it could be read again
    const stored = few && write(both);
    this.show();
    this.status.textContent = stored ? `${found.size} exercises were read from ${file.name}.`
      : few ? "Your progress cannot be kept: this browser’s storage is full or switched off."
      : `${file.name} is not a file that “Export” wrote; nothing was changed.`;
  }

  /** Ask in the page before anything is forgotten. */
  ask() {
    const close = () => {
      this.question.replaceChildren();
      this.forgetting.focus();
    };
    const forget = () => {
      const done = write(new Map());
      close();
      this.show();
      this.status.textContent = done ? "Your progress was forgotten." : "This browser’s storage cannot be changed.";
    };
    const no = make("button", { type: "button", click: close }, "Keep");
    const yes = make("button", { type: "button", class: "m-danger", click: forget }, "Forget");
    this.question.replaceChildren(make("p", {}, "Forget every answer in this browser? It cannot be undone."), yes, no);
    no.focus();
  }
}

function row(name, solved, count, title) {
  const bar = make("progress", { max: String(count), value: String(solved), "aria-label": title });
  return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, bar), make("td", {}, `${solved} of ${count}`));
}
