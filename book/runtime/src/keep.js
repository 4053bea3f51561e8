// "Keep this book offline": the control's script is loaded when the reader asks, or when something is kept already.
import { beside } from "./dom.js";

export function startKeeping() {
  for (const box of document.querySelectorAll(".m-offline")) {
    const button = box.querySelector("button");
    const open = () => import(beside("offline.js")).then(({ panel }) => panel(box)).catch(() => {
      button.textContent = "This did not load. Try again";
    });
    button.addEventListener("click", open);
    if (navigator.serviceWorker?.controller) open();
  }
}
