// The menus above a list: one is open at a time (their name sees to that), and none stays open
// behind one's back.
(() => {
  const open = () => document.querySelector("details.drop[open]");

  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = open();
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // An expression is mostly one line: Enter looks for it, Shift and Enter begin another.
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!field.matches?.("textarea[name=where]")) return;
    event.preventDefault();
    field.form.requestSubmit();
  });
  // What one opens a menu for is typing: its first field has the cursor.
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu.matches("details.drop[open]")) menu.querySelector("input:not([type=hidden])")?.focus();
  }, true);
})();
