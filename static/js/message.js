// One message, on its page or beside the list: how its body is shown, and what is copied of it.
(() => {
  // Pretty, raw or hex stays as chosen, from message to message: the server reads the cookie.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link) return;
    const year = 365 * 24 * 3600;
    document.cookie = `message_view=${link.dataset.view}; path=/; max-age=${year}; SameSite=Lax`;
  });

  let silent = null;
  const say = (near, text) => {
    const said = near.closest(".detail")?.querySelector("[data-said]");
    if (!said) return;
    said.textContent = text;
    clearTimeout(silent);
    silent = setTimeout(() => { said.textContent = ""; }, 4000);
  };

  // The clipboard itself is in buttons.js, which takes a text or the promise of one.
  const copy = async (near, text, what) => {
    const request = { text };
    document.dispatchEvent(new CustomEvent("app:copy", { detail: request }));
    try {
      await request.done;
      say(near, `Copied: ${what}.`);
    } catch (error) {
      say(near, `Not copied: ${error.message}`);
    }
  };
  document.addEventListener("app:copy-line", ({ detail }) => {
    copy(detail.near, detail.text, detail.what);
  });

  const fetched = async (address) => {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) {
      throw new Error(`the server answered ${answer.status}. Reload the page, then try again.`);
    }
    if (!answer.headers.get("Content-Type").startsWith("text/")) {
      throw new Error("it is not all text. Save it as a file, or copy the message as JSON.");
    }
    return answer.text();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-copy-url], a[data-copy-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const text = link.dataset.copyUrl === undefined ? link.href : fetched(link.href);
    const menu = link.closest("details");
    copy(link, text, link.getAttribute("aria-label")?.replace("Copy ", "") ?? link.textContent);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Menus close when one clicks elsewhere, or with Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-drop][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[data-drop][open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // On a page of its own J and K follow the links; beside a list keys.js goes through its rows.
  const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
  const follow = (by) => document.querySelector(`a[data-neighbour="${by}"]`)?.click();
  const actions = {
    j: () => follow(1),
    k: () => follow(-1),
    "?": () => document.getElementById("message-keys")?.togglePopover(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)) return;
    if (document.querySelector("dialog[open]") || !Object.hasOwn(actions, event.key)) return;
    actions[event.key]();
  });
})();
