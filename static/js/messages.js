// The list of messages: the row whose message is open beside it is the current one.
(() => {
  const mark = (id) => {
    for (const row of document.querySelectorAll("[data-message]")) {
      if (row.dataset.message === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-message]");
    if (row && event.target.closest("a") && !event.ctrlKey && !event.metaKey) mark(row.dataset.message);
    // Who looks at the open one another way stays there, also if the next was already asked for.
    const pane = event.target.closest("#message a[hx-get]") && document.getElementById("message");
    if (pane?.dataset.opened) mark(pane.dataset.opened);
  });
  // Answers may overtake each other: only that of the row one is at now is shown.
  document.addEventListener("htmx:before:swap", (event) => {
    const { target, sourceElement } = event.detail.ctx;
    const row = sourceElement?.closest?.("[data-message]");
    if (target?.id === "message" && row?.hasAttribute("aria-current") === false) event.preventDefault();
  });
  // A list that came anew does not know which of its messages is open.
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target?.id === "message") return;
    const opened = document.getElementById("message")?.dataset.opened;
    if (opened) mark(opened);
  });

  // The form that sends a message: attribute rows that are not used yet wait behind a button.
  document.addEventListener("click", (event) => {
    const rows = event.target.closest("[data-add-row]")?.parentElement;
    const next = rows?.querySelector("[data-blank]");
    next?.removeAttribute("data-blank");
    next?.querySelector("input")?.focus();
  });
})();
