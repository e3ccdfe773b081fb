// The list of messages: the row that was clicked is the current one; its pane is fetched by htmx.
(() => {
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-message]");
    if (!row || !event.target.closest("a") || event.ctrlKey || event.metaKey) return;
    row.parentElement.querySelector("[aria-current]")?.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
  });

  // The form that sends a message: attribute rows that are not used yet wait behind a button.
  document.addEventListener("click", (event) => {
    const rows = event.target.closest("[data-add-row]")?.parentElement;
    const next = rows?.querySelector("[data-blank]");
    next?.removeAttribute("data-blank");
    next?.querySelector("input")?.focus();
  });
})();
