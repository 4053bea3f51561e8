// Exercises: an answer is checked here, by digest; feedback, hint, solution; progress stays in this browser.
import { bucket, judged, parseNumber } from "./answers.js";
import { announcer, fromBase64, make, specification } from "./dom.js";
import { python } from "./intent.js";
import { keep, MOST_ANSWER, read } from "./store.js";

const FEEDBACK = {
  right: "Right.",
  wrong: "Not yet. The hint may help.",
  number: "Write a number, like 0.5, 1e-3 or 1/3.",
  choice: "Choose one of the options.",
  checking: "Your function is being tested …",
  lost: "Your function could not be tested.",
};
const NONE = { tries: 0, solved: false, answer: "" };
let complained = false; // about storage, once a page

/** How each kind of answer is read as text, shown again, and turned into the key that is checked; a null key is no answer. */
const KINDS = {
  number: {
    read: ({ form }) => form.elements.answer.value,
    show: ({ form }, text) => (form.elements.answer.value = text),
    key: ({ spec }, text) => (parseNumber(text) === null ? null : bucket(parseNumber(text), spec.step)),
  },
  choice: {
    read: ({ form }) => form.elements.answer.value,
    show: ({ form }, text) => (form.elements.answer.value = text),
    key: (_, text) => text || null,
  },
  order: {
    read: ({ list }) => [...list.children].map((item) => item.dataset.item).join(","),
    show: ({ list }, text) => list.append(...text.split(",").flatMap((id) => list.querySelector(`:scope > li[data-item="${CSS.escape(id)}"]`) ?? [])),
    key: (_, text) => text,
  },
  code: {
    read: ({ form }) => form.elements.answer.value,
    show: ({ form }, text) => text && (form.elements.answer.value = text),
  },
};

class Exercise {
  /** @param {HTMLElement} section */
  constructor(section) {
    this.section = section;
    this.spec = specification(section);
    this.kind = KINDS[this.spec.kind];
    this.form = section.querySelector(".m-answer");
    this.feedback = section.querySelector(".m-feedback");
    this.solution = section.querySelector(".m-solution");
    this.list = section.querySelector(".m-order");
    if (this.list) makeOrderable(this.list, announcer(this.form, 0));
    this.entry = this.stored ?? NONE;
    addEventListener("storage", () => this.follow());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    this.solution.addEventListener("toggle", () => this.reveal());
    if (this.entry.tries) this.restore();
  }

  get stored() {
    return read().get(this.spec.id);
  }

  /** Another tab has stored something; what is typed here stays. */
  follow() {
    this.entry = this.stored ?? NONE;
    this.mark();
  }

  check() {
    this.feedback.removeAttribute("aria-live");
    const answer = this.kind.read(this);
    if (this.spec.kind === "code") return this.test(answer);
    const key = this.kind.key(this, answer);
    if (key === null) return this.say("invalid", FEEDBACK[this.spec.kind]);
    const { right, mistake } = judged(this.spec, key);
    this.judge(right, right ? FEEDBACK.right : mistake ? fromBase64(mistake.message) : FEEDBACK.wrong, answer);
  }

  /** Code is tested by Python in the page. */
  async test(answer) {
    this.say("checking", FEEDBACK.checking);
    try {
      const verdict = await (await python()).check(this, answer);
      if (verdict) this.judge(verdict.right, verdict.message, answer);
    } catch (reason) {
      this.say("invalid", reason.sentence ?? FEEDBACK.lost);
      if (!reason.sentence) console.warn(reason);
    }
  }

  judge(right, words, answer) {
    this.say(right ? "right" : "wrong", words);
    this.entry = this.stored ?? this.entry; // another tab may have solved it
    const settled = this.entry.solved && !right; // a later slip does not undo what was solved
    this.entry = { tries: this.entry.tries + 1, solved: this.entry.solved || right, answer: settled ? this.entry.answer : answer.length > MOST_ANSWER ? "" : answer };
    this.solution.hidden = false;
    this.mark();
    if (!keep(this.spec.id, this.entry) && !complained) this.complain();
  }

  restore() {
    this.feedback.setAttribute("aria-live", "off"); // what was solved before is no news
    this.kind.show(this, this.entry.answer);
    this.solution.hidden = false;
    if (this.entry.solved) this.say("right", FEEDBACK.right);
    this.mark();
  }

  mark() {
    this.section.dataset.solved = String(this.entry.solved);
  }

  /** The verdict on the present answer, for eye and ear; `state` is right, wrong or invalid. */
  say(state, text) {
    this.section.dataset.state = state;
    this.feedback.textContent = text;
    const field = this.spec.kind === "number" && this.form.elements.answer;
    if (field) field.setAttribute("aria-invalid", String(state === "invalid"));
  }

  complain() {
    complained = true;
    this.feedback.after(make("p", { class: "m-note", role: "status" }, "Your progress cannot be kept: this browser’s storage is full or switched off."));
  }

  /** Write the solution when it is first opened. */
  reveal() {
    if (!this.solution.open || this.revealed) return;
    this.revealed = true;
    this.solution.insertAdjacentHTML("beforeend", fromBase64(this.spec.solution)); // written by the book's build
  }
}

/** Give each item buttons that move it, and a grip to drag it by; `announce` tells where it went. */
function makeOrderable(list, announce) {
  const place = (item) => [...list.children].indexOf(item);
  const refresh = () => [...list.children].forEach((item, index, { length }) => {
    const [up, down] = item.querySelectorAll("button");
    up.disabled = index === 0;
    down.disabled = index === length - 1;
  });
  const tell = (item) => announce(`${item.querySelector("span:not(.m-grip)").textContent}: now ${place(item) + 1} of ${list.children.length}`);
  const move = (item, button, by) => {
    const other = list.children[place(item) + by];
    if (by < 0) other.before(item);
    else other.after(item);
    refresh();
    (button.disabled ? item.querySelector("button:enabled") : button).focus();
    tell(item);
  };
  for (const item of list.children) {
    const text = item.textContent.trim();
    const button = (sign, words, by) => make("button", { type: "button", "aria-label": `Move ${words}: ${text}`, click: ({ currentTarget }) => move(item, currentTarget, by) }, sign);
    const grip = make("span", { class: "m-grip", "aria-hidden": "true" });
    item.prepend(grip);
    item.append(make("span", { class: "m-moves" }, button("↑", "up", -1), button("↓", "down", 1)));
    makeDraggable(list, item, grip, () => {
      refresh();
      tell(item);
    });
  }
  refresh();
}

/** Let `item` follow the pointer that holds its `grip` up and down the list. */
function makeDraggable(list, item, grip, dropped) {
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    item.dataset.dragged = "";
  });
  grip.addEventListener("pointermove", ({ clientY }) => {
    if (!("dragged" in item.dataset)) return;
    const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
    const before = item.previousElementSibling;
    const after = item.nextElementSibling;
    if (before && clientY < middle(before)) item.after(before); // the neighbour moves: a moved item would lose the pointer
    else if (after && clientY > middle(after)) item.before(after);
  });
  grip.addEventListener("lostpointercapture", () => {
    delete item.dataset.dragged;
    dropped();
  });
}

export function startExercises() {
  for (const section of document.querySelectorAll(".m-exercise")) new Exercise(section);
}
