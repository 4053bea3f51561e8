// What a page runs. Each part finds its own markup and leaves a page without it alone.
import { startCards } from "./cards.js";
import { beside } from "./dom.js";
import { startExercises } from "./exercises.js";
import { startIntent } from "./intent.js";
import { startKeeping } from "./keep.js";
import { startProgress } from "./progress.js";
import { startScrolling } from "./scroll.js";
import { startViews } from "./view.js";

export { registerProvider, views } from "./view.js";

/** The scoreboard sorts and filters; its script is loaded on the page that has one. */
const startScoreboards = () => document.querySelector(".m-scoreboard") && import(beside("scoreboard.js")).then(({ begin }) => begin(), console.error);

/** The menu below a chapter's title asks for a hub when it is first opened. */
const startLaunch = () => document.querySelector(".m-launch")?.addEventListener("toggle", ({ target }) => import(beside("launch.js")).then(({ begin }) => begin(target), console.error), { once: true });

for (const start of [startViews, startExercises, startProgress, startScoreboards, startLaunch, startCards, startScrolling, startIntent, startKeeping]) {
  try {
    start();
  } catch (problem) {
    console.error(problem); // one part's fault must not take the others along
  }
}
