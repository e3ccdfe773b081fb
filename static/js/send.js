// The form that sends a message: its body is checked while it is typed, formatted, made compact.
(() => {
  const editorOf = (element) =>
    element.closest("[data-body-editor]") ??
    element.closest("form")?.querySelector("[data-body-editor]");

  // A while after the last key: the server looks at the size and the syntax.
  let waiting = null;
  const check = (editor) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      editor.querySelector("[data-body-check]").dispatchEvent(new CustomEvent("app:typed"));
    }, 300);
  };

  document.addEventListener("input", ({ target }) => {
    const editor = editorOf(target);
    if (!editor) return;
    if (target.matches("[type=file]")) {
      const row = target.closest("[data-row]");
      row.querySelector("[data-file-bytes]").value = target.files[0]?.size ?? "";
    }
    check(editor);
  });

  // What a form comes with is checked at once: a stored message, or one that was refused.
  const checkAll = (root) => {
    for (const editor of root.querySelectorAll("[data-body-editor]")) {
      if (editor.querySelector("textarea").value) check(editor);
    }
  };
  document.addEventListener("htmx:after:swap", (event) => {
    if (!event.target.closest?.("[data-body-editor]")) checkAll(event.target);
  });
  window.addEventListener("load", () => checkAll(document));

  // As if it were typed, so that the browser can undo it.
  const replace = (area, text) => {
    if (area.value === text) return;
    area.focus();
    area.select();
    if (!document.execCommand("insertText", false, text)) area.value = text;
    area.setSelectionRange(0, 0);
    area.scrollTop = 0;
    check(editorOf(area));
  };

  const layOut = async (button) => {
    const editor = editorOf(button);
    const area = editor.querySelector("textarea");
    const said = editor.querySelector("[data-lay-out-said]");
    const before = area.value;
    said.textContent = "";
    try {
      const answer = await fetch(button.dataset.address, {
        method: "POST",
        body: new URLSearchParams({ body: before, to: button.dataset.layOut }),
        headers: { "X-CSRFToken": document.querySelector("meta[name=csrf]").content },
      });
      const isText = answer.headers.get("Content-Type")?.startsWith("text/plain");
      if (!isText || answer.redirected) throw new Error(`the server answered ${answer.status}`);
      const text = await answer.text();
      if (answer.ok && area.value === before) replace(area, text);
      else if (!answer.ok) said.textContent = text;
    } catch (error) {
      said.textContent = `The body stays as it is: ${error.message}.`;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-lay-out]");
    if (button) layOut(button);
    const place = event.target.closest("[data-place]");
    if (!place) return;
    const area = editorOf(place).querySelector("textarea");
    const at = Number(place.dataset.place);
    // Without its end the browser would not scroll to it: focus follows the selection.
    area.blur();
    area.setSelectionRange(at, Math.min(at + 1, area.value.length));
    area.focus();
  });
})();
