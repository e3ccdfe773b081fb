// Messages that are ticked in a list, and the buttons of what is done with them.
(() => {
  const ticks = () => [...document.querySelectorAll("input[form=selected][name=ordinal]")];

  // How many there are stands in the buttons, which do nothing with none.
  const recount = () => {
    const all = ticks();
    const ticked = all.filter((tick) => tick.checked).length;
    // All that were found, shown on this page or not: their number comes from the server.
    const whole = document.querySelector("#selected[data-all]")?.dataset.all;
    const number = whole ? Number(whole) : ticked;
    for (const button of document.querySelectorAll("[data-of-selected]")) {
      button.dataset.label ??= button.textContent.trim().replace(/ \([\d,]+\)$/, "");
      const said = number.toLocaleString("en");
      button.textContent = number ? `${button.dataset.label} (${said})` : button.dataset.label;
      button.disabled = number === 0;
    }
    const page = document.querySelector("[data-select-all]");
    if (!page) return;
    page.checked = ticked > 0 && ticked === all.length;
    page.indeterminate = ticked > 0 && ticked < all.length;
  };

  // With Shift: all from the one that was clicked last.
  let last = null;
  document.addEventListener("click", (event) => {
    const all = ticks();
    const at = all.indexOf(event.target);
    if (at < 0) return;
    const from = event.shiftKey ? all.indexOf(last) : -1;
    if (from >= 0) {
      const between = all.slice(Math.min(from, at), Math.max(from, at) + 1);
      for (const tick of between) tick.checked = event.target.checked;
    }
    last = event.target;
    recount();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-select-all]")) return;
    for (const tick of ticks()) tick.checked = event.target.checked;
    recount();
  });

  document.addEventListener("htmx:after:swap", recount);
  recount();

  // What was wrong with a field is not said of what is typed there now.
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.getAttribute("aria-invalid") !== "true") return;
    field.removeAttribute("aria-invalid");
    const row = field.closest(".form-row");
    row?.querySelector(".errors")?.remove();
    row?.parentElement.querySelector(":scope > .fault")?.remove();
  });

  // The button of an act says whether it is for all messages or for what matches a filter.
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form");
    const button = form?.querySelector("[data-act]");
    if (!button) return;
    const fields = [...form.querySelectorAll("[name=text], [name=expression]")];
    const filtered = fields.some((field) => field.value !== "");
    button.textContent = button.dataset.act + (filtered ? " what matches" : "");
  });
})();
