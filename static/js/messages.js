// The list of messages: the row whose message is open beside it is the current one.
(() => {
  // The message that was asked for and is not there yet.
  let wanted = null;
  const opened = () => document.getElementById("message")?.dataset.opened;
  const mark = (id) => {
    for (const row of document.querySelectorAll("[data-message]")) {
      if (row.dataset.message === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  };
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-message]");
    if (row && event.target.closest("a") && !event.ctrlKey && !event.metaKey) {
      wanted = row.dataset.message;
      mark(wanted);
    }
    // Who looks at the open one another way stays there, also if the next was already asked for.
    if (event.target.closest("#message a[hx-get]") && opened()) {
      wanted = null;
      mark(opened());
    }
  });
  // Answers may overtake each other: only that of the row one is at now is shown.
  document.addEventListener("htmx:before:swap", (event) => {
    const { target, sourceElement } = event.detail.ctx;
    const row = sourceElement?.closest?.("[data-message]");
    const at = wanted ?? document.querySelector("[data-message][aria-current]")?.dataset.message;
    if (target?.id === "message" && row && row.dataset.message !== at) event.preventDefault();
  });
  // A list that came anew does not know which of its messages is open, or about to be.
  document.addEventListener("htmx:after:swap", (event) => {
    if (opened() === wanted) wanted = null;
    if (event.detail.ctx.target?.id !== "message" && (wanted ?? opened())) mark(wanted ?? opened());
  });

  // The form that sends a message: attribute rows that are not used yet wait behind a button.
  document.addEventListener("click", (event) => {
    const rows = event.target.closest("[data-add-row]")?.parentElement;
    const next = rows?.querySelector("[data-blank]");
    next?.removeAttribute("data-blank");
    next?.querySelector("input")?.focus();
  });
})();
