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
  });
  // A list that came anew does not know which of its messages is open.
  document.addEventListener("htmx:after:swap", () => {
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
