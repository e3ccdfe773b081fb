// <a href="…/send/" data-dialog>: the page with that form, shown in the page's one dialog instead.
// The answer to GET is a fragment; to a POST with errors (422) the form again; else HX-Redirect.
(() => {
  const dialog = document.getElementById("dialog");
  let opening = false;

  // What destroys begins on Cancel; anything else on its first field.
  const focusFirst = () => {
    const cancel = dialog.querySelector(".form-foot [data-dialog-close]");
    const field = dialog.querySelector(".form-body :is(input:not([type=hidden]), textarea, select)");
    const first = dialog.querySelector(".form-foot .danger") ? cancel : field ?? cancel;
    first?.focus();
  };
  const focusAfterSwap = () => {
    const wrong = dialog.querySelector("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else if (!dialog.contains(document.activeElement)) focusFirst();
  };

  const open = async (address) => {
    if (opening) return;
    opening = true;
    try {
      await htmx.ajax("GET", address, { source: dialog, target: dialog, swap: "innerHTML" });
    } finally {
      opening = false;
    }
    if (!dialog.firstElementChild) {
      location.assign(address); // no form came back: the page itself says why
      return;
    }
    if (!dialog.open) dialog.showModal();
    focusFirst();
  };

  const say = (text) => {
    const notice = dialog.querySelector("[data-dialog-error]");
    if (!notice) return;
    notice.textContent = text;
    notice.hidden = false;
  };

  document.addEventListener("click", (event) => {
    const closer = event.target.closest("#dialog [data-dialog-close]");
    if (closer) {
      event.preventDefault();
      dialog.close();
    }
    const link = event.target.closest("a[data-dialog]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
    if (!link || elsewhere || event.defaultPrevented) return;
    event.preventDefault();
    if (link.closest("#dialog") && keeps("Press it again")) return;
    open(link.href);
  });

  // <form method="get" data-dialog>: the same, with what was chosen as the page's parameters.
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    // data-plain: a button of it that leads to a file, not to a form.
    if (!form.matches("form[data-dialog]") || submitter?.hasAttribute("data-plain")) return;
    event.preventDefault();
    // Not .formAction: of a button without the attribute that is this page's own address.
    const address = new URL(submitter?.getAttribute("formaction") ?? form.action, location.href);
    address.search = new URLSearchParams(new FormData(form));
    open(address.href);
  });

  dialog.addEventListener("close", () => dialog.replaceChildren());
  // What only looks at what is typed (data-body-check) takes no focus, and says nothing of its own.
  const isLook = (event) => event.detail.ctx?.sourceElement?.matches("[data-body-check]");
  dialog.addEventListener("htmx:after:swap", (event) => {
    if (dialog.open && !isLook(event)) focusAfterSwap();
  });

  // Escape, or a link to another form, drops what was typed only when it is pressed again.
  let warned = false;
  dialog.addEventListener("input", () => { warned = false; });
  const keeps = (again) => {
    const typed = [...dialog.querySelectorAll("textarea, input")]
      .some((field) => field.value !== field.defaultValue);
    if (!typed || warned) return false;
    warned = true;
    say(`What you typed was not sent. ${again} to drop it.`);
    return true;
  };
  dialog.addEventListener("cancel", (event) => {
    if (keeps("Press Escape again")) event.preventDefault();
  });
  dialog.addEventListener("htmx:error", (event) => {
    if (!isLook(event)) say("No answer. It is not known whether this was done.");
  });
  dialog.addEventListener("htmx:response:error", (event) => {
    const { status } = event.detail.ctx.response;
    if (status === 422 || isLook(event)) return;
    if (status === 401) {
      say("Nothing was done: you are signed out. What you typed is still here; copy it, sign in.");
      return;
    }
    say(`Refused: the server answered ${status}. What you typed is still here.`);
  });
})();
