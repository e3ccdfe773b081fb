// Live parts of a page ask again on each tick: hx-trigger="app:tick from:body".
// No tick while the tab is hidden, while paused, or while a dialog is open.
(() => {
  const PERIOD_MS = 3000;
  const root = document.documentElement;
  const dialogIsOpen = () => document.querySelector("dialog[open]") !== null;

  const say = (name) => {
    if (document.hidden || "paused" in root.dataset || dialogIsOpen()) return;
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  };
  const tick = () => say("app:tick");
  setInterval(tick, PERIOD_MS);
  // What a person waits for, a running job, asks more often.
  setInterval(() => say("app:second"), 1000);
  document.addEventListener("visibilitychange", tick);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pause]");
    if (!button) return;
    const paused = root.toggleAttribute("data-paused");
    button.setAttribute("aria-pressed", String(paused));
    button.title = paused ? "Resume live updates" : "Pause live updates";
    tick();
  });

  // An answer that was under way when the dialog opened must not swap beneath it.
  document.addEventListener("htmx:before:swap", (event) => {
    const target = event.detail.ctx.target;
    if (dialogIsOpen() && !target.closest?.("dialog")) event.preventDefault();
  });
})();
