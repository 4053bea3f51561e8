// Sliders that play: a button beside one moves it on by whole numbers, after the reader has pressed it and never else.

const STILL = matchMedia("(prefers-reduced-motion: reduce)"); // then a press shows the next frame, and nothing moves

export class Film {
  /** @param {import("./view.js").View} view @param {object} control a slider with `play`, frames a second @param {HTMLButtonElement} button */
  constructor(view, control, button) {
    Object.assign(this, { view, control, button, index: view.spec.controls.indexOf(control) });
    this.say();
    button.addEventListener("click", () => (this.playing ? this.pause() : this.start()));
    view.form.addEventListener("input", () => this.pause());
    view.form.addEventListener("reset", () => this.pause());
    document.addEventListener("visibilitychange", () => this.pause());
    STILL.addEventListener("change", () => this.pause());
    new IntersectionObserver(([{ isIntersecting }]) => isIntersecting || this.pause()).observe(view.plot);
  }

  get frame() {
    return this.view.settings[this.index];
  }

  start() {
    if (this.frame >= this.control.high) this.seek(this.control.low);
    else if (STILL.matches) this.seek(this.frame + 1);
    if (STILL.matches) return;
    this.playing = true;
    this.due = performance.now() + 1000 / this.control.play;
    this.say();
    requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    this.playing = false;
    this.say();
  }

  /** One frame of the screen: the next picture where it is due and the last one is there. */
  async tick(now) {
    if (!this.playing) return;
    if (now >= this.due) {
      this.due = Math.max(this.due, now - 1000 / this.control.play) + 1000 / this.control.play; // what is late is not caught up
      await this.seek(Math.min(this.frame + 1, this.control.high));
      if (this.frame >= this.control.high || this.view.problem?.isConnected) this.pause();
    }
    requestAnimationFrame((later) => this.tick(later));
  }

  seek(frame) {
    return this.view.set(this.view.settings.map((one, place) => (place === this.index ? frame : one)));
  }

  say() {
    this.button.textContent = STILL.matches ? "Next" : this.playing ? "Pause" : "Play";
  }
}
