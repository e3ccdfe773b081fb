// Small buttons: copy, dismiss; and a form is sent once, however often its button is pressed.
(() => {
  // data-copy="text", or data-copy-from="#id": the lines of a list, or an element's text.
  const textOf = (button) => {
    if (button.dataset.copyFrom === undefined) return button.dataset.copy;
    const source = document.querySelector(button.dataset.copyFrom);
    const lines = [...source.querySelectorAll("li")].map((line) => line.textContent);
    return lines.length ? lines.join("\n") : source.value ?? source.textContent;
  };

  // A text, or the promise of one: Safari copies only within the click, so it is handed over as is.
  const copy = async (given) => {
    if (navigator.clipboard && given instanceof Promise && globalThis.ClipboardItem) {
      const blob = given.then((text) => new Blob([text], { type: "text/plain" }));
      try {
        return await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      } catch (error) {
        await given; // why there is no text is said in its own words
        throw error;
      }
    }
    const text = await given;
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    // Plain http on another host than this one has no clipboard; the old command still works.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };

  const sayCopied = (button) => {
    if (button.dataset.copied !== undefined) return;
    const use = button.querySelector("use");
    const before = { icon: use?.getAttribute("href"), label: button.getAttribute("aria-label") };
    button.dataset.copied = "";
    button.setAttribute("aria-label", "Copied");
    use?.setAttribute("href", before.icon.replace(/#.*/, "#check"));
    setTimeout(() => {
      delete button.dataset.copied;
      if (before.label === null) button.removeAttribute("aria-label");
      else button.setAttribute("aria-label", before.label);
      use?.setAttribute("href", before.icon);
    }, 1500);
  };

  document.addEventListener("click", async (event) => {
    event.target.closest("[data-dismiss]")?.parentElement.remove();
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    await copy(textOf(button));
    sayCopied(button);
  });

  // Other scripts ask with an event: {text}, and get {done}, a promise.
  document.addEventListener("app:copy", ({ detail }) => { detail.done = copy(detail.text); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
  });
  // A page that "back" brings back from memory may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
