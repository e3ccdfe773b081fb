// Keys: "/" goes to the filter, j and k to the next and the previous message, as do buttons;
// x ticks the message that is open, m goes into it, l back to its row in the list.
(() => {
  const typing = (element) => element.closest(
    "input:not([type=checkbox]), textarea, select, [contenteditable]",
  );

  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-message]")];
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const row = rows[at < 0 ? 0 : at + by];
    // Behind the last message of a page the next page begins.
    if (!row && by > 0) document.querySelector(".lfoot [rel=next]")?.click();
    if (!row) return;
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("a").click();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (button) step(Number(button.dataset.step));
  });
  const filter = () => document.querySelector("[data-filter]")?.focus();
  const tick = () => document.querySelector("[data-message][aria-current] > input")?.click();
  // Into the message: the line of the body one was at, else its first; else all of its content.
  const pane = () => document.getElementById("message");
  const enter = () => {
    const line = pane()?.querySelector("[data-lines] > [tabindex='0']");
    (line ?? pane()?.querySelector("[role=region]"))?.focus();
  };
  const leave = () => document.querySelector("[data-message][aria-current] a")?.focus();
  const actions = {
    "/": filter, j: () => step(1), k: () => step(-1), x: tick, m: enter, l: leave,
  };
  // Who reads in one message is in the next one as well, when it comes in its place.
  let within = false;
  document.addEventListener("htmx:before:swap", () => {
    within = Boolean(document.activeElement?.closest("#message .dbody"));
  });
  document.addEventListener("htmx:after:swap", () => {
    // Once the lines of the new one can take the focus, too.
    if (within) setTimeout(() => { if (document.activeElement === document.body) enter(); });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]") || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
})();
