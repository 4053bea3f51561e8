// The scoreboard: the build's table, made to sort and filter, its settings kept in the address. Without this script it is a plain table.
import { make } from "./dom.js";

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const text = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
const key = (cell) => cell.dataset.order ?? text(cell);

export function begin() {
  for (const table of document.querySelectorAll(".m-scoreboard")) new Scoreboard(table);
}

class Scoreboard {
  constructor(table) {
    this.body = table.tBodies[0];
    this.rows = [...this.body.rows]; // in the order of the book
    this.words = new Map(this.rows.map((row) => [row, text(row).toLowerCase()]));
    this.heads = [...table.tHead.rows[0].cells];
    for (const head of this.heads) head.append(make("button", { type: "button", class: "m-sort", click: () => this.turn(head) }, ...head.childNodes));
    const verdicts = this.rows.map((row) => row.lastElementChild).sort((a, b) => a.dataset.order - b.dataset.order).map(text);
    this.fields = {
      find: make("input", { type: "search" }),
      verdict: choice(verdicts),
      part: choice(this.rows.map((row) => row.dataset.part)),
    };
    this.count = make("span", { class: "m-status", role: "status" });
    const labels = Object.entries({ find: "Find", verdict: "Verdict", part: "Part" }).map(([name, label]) => make("label", {}, `${label} `, this.fields[name]));
    (table.closest(".m-scroll") ?? table).before(make("div", { class: "m-board" }, ...labels, this.count));
    this.read();
    for (const field of Object.values(this.fields)) field.addEventListener("input", () => this.show());
    addEventListener("popstate", () => this.read());
  }

  /** Take the settings from the address; what it gives that is none is left out. */
  read() {
    const query = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(this.fields)) {
      field.value = query.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    const [, down, name] = /^(-?)(.*)$/.exec(query.get("sort") ?? "");
    this.sort(this.heads.find((head) => head.dataset.name === name), down !== "");
    this.show();
  }

  /** Up, down, and back to the order of the book. */
  turn(head) {
    const now = head.getAttribute("aria-sort");
    this.sort(now === "descending" ? null : head, now === "ascending");
    this.write();
  }

  sort(head, down) {
    for (const one of this.heads) one.removeAttribute("aria-sort");
    head?.setAttribute("aria-sort", down ? "descending" : "ascending");
    const column = this.heads.indexOf(head);
    const sign = down ? -1 : 1;
    this.body.append(...(head ? [...this.rows].sort((a, b) => sign * COLLATOR.compare(key(a.cells[column]), key(b.cells[column]))) : this.rows));
  }

  show() {
    const { find, verdict, part } = this.fields;
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of this.rows) {
      const wanted = [[verdict, "verdict"], [part, "part"]].every(([{ value }, name]) => !value || row.dataset[name] === value);
      row.hidden = !(wanted && words.every((word) => this.words.get(row).includes(word)));
      shown += !row.hidden;
    }
    this.count.textContent = `${shown} of ${this.rows.length} claims`;
    this.write();
  }

  /** Keep the settings in the address; everything else in it stays. */
  write() {
    const query = new URLSearchParams(location.search);
    const head = this.heads.find((one) => one.hasAttribute("aria-sort"));
    const sort = head ? (head.getAttribute("aria-sort") === "descending" ? "-" : "") + head.dataset.name : "";
    for (const [name, value] of [...Object.entries(this.fields).map(([name, field]) => [name, field.value]), ["sort", sort]]) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const search = query.size ? `?${query}` : "";
    if (search !== location.search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  }
}

const choice = (values) => make("select", {}, make("option", { value: "" }, "all"), ...[...new Set(values)].map((value) => make("option", {}, value)));
