// A body laid out in lines: a tree one goes through with the arrow keys, folds, and copies from.
// <ol class="code" data-lines><li data-n="1" data-depth="0" data-opens="9" data-path="order"> …
(() => {
  const lineOf = (node) => node.closest?.("[data-lines] > li");
  const opens = (line) => Number(line.dataset.opens ?? 0);
  const folded = (line) => line.getAttribute("aria-expanded") === "false";
  const depth = (line) => Number(line.dataset.depth);
  const bar = (line) => line.closest("section").querySelector("[data-line-bar]");

  const enhance = () => {
    for (const tree of document.querySelectorAll("[data-lines]:not([role])")) {
      tree.setAttribute("role", "tree");
      for (const line of tree.children) {
        line.setAttribute("role", "treeitem");
        line.setAttribute("aria-level", String(depth(line) + 1));
        if (opens(line)) line.setAttribute("aria-expanded", "true");
        line.tabIndex = -1;
      }
      if (tree.firstElementChild) tree.firstElementChild.tabIndex = 0;
    }
  };

  // What a folded line hides is hidden, down to the line that closes it, which it shows itself.
  const redraw = (tree) => {
    let until = 0;
    for (const line of tree.children) {
      line.hidden = Number(line.dataset.n) <= until;
      if (!line.hidden && folded(line)) until = opens(line);
    }
  };
  const setFolded = (line, fold) => {
    if (!opens(line) || folded(line) === fold) return;
    line.setAttribute("aria-expanded", String(!fold));
    line.querySelector(".more")?.remove();
    if (!fold) return;
    const more = document.createElement("i");
    more.className = "more";
    more.textContent = ` … ${line.parentElement.children[opens(line) - 1].textContent.trim()}`;
    line.querySelector("span").append(more);
  };
  const fold = (line, how) => {
    setFolded(line, how);
    redraw(line.parentElement);
  };
  const foldAll = (line, how) => {
    const tree = line.parentElement;
    for (const each of tree.children) setFolded(each, how && depth(each) > 0);
    redraw(tree);
    let seen = line;
    while (seen.hidden) seen = seen.previousElementSibling;
    go(seen);
  };

  const go = (line) => line?.focus();
  const towards = (line, step) => {
    let next = line[step];
    while (next?.hidden) next = next[step];
    return next;
  };
  const parentOf = (line) => {
    let before = line.previousElementSibling;
    while (before && depth(before) >= depth(line)) before = before.previousElementSibling;
    return before;
  };

  // The tokens of a line's value: without its name, and without the comma after it.
  const tokensOf = (line) => {
    const tokens = [...line.querySelectorAll(":scope > span > i:not(.more)")];
    if (tokens[0]?.className === "k" && tokens[1]?.textContent === ": ") tokens.splice(0, 2);
    if (tokens.length > 1 && tokens.at(-1).textContent === ",") tokens.pop();
    return tokens;
  };
  const textOf = (line) => tokensOf(line).map((token) => token.textContent).join("");
  const whole = (line) => {
    const lines = [...line.parentElement.children].slice(Number(line.dataset.n), opens(line) - 1);
    const inside = lines.map((each) => {
      const tokens = [...each.querySelectorAll(":scope > span > i:not(.more)")];
      return "  ".repeat(depth(each) - depth(line)) + tokens.map((t) => t.textContent).join("");
    });
    const closing = line.parentElement.children[opens(line) - 1];
    return [textOf(line), ...inside, textOf(closing)].join("\n");
  };
  // A text without its quotes, anything else as it stands; null: it is not here in full.
  const valueOf = (line) => {
    if (line.dataset.cut !== undefined) return null;
    if (opens(line)) return whole(line);
    const text = textOf(line);
    if (/^[[\]{}]$/.test(text)) return null;
    return line.dataset.path && text.startsWith('"') ? JSON.parse(text) : text;
  };

  const copyValue = (line) => {
    const text = valueOf(line);
    const what = line.dataset.path ? `the value of ${line.dataset.path}` : "this line";
    copy(line, text, what);
  };
  const copyPath = (line) => copy(line, line.dataset.path ?? null, "the path");
  const copy = (near, text, what) => {
    if (text === null) return;
    document.dispatchEvent(new CustomEvent("app:copy-line", { detail: { near, text, what } }));
  };

  let current = null;
  document.addEventListener("focusin", ({ target }) => {
    const line = lineOf(target);
    if (!line || line !== target) return;
    for (const each of line.parentElement.querySelectorAll("[tabindex='0']")) each.tabIndex = -1;
    line.tabIndex = 0;
    current = line;
    if (bar(line)) tell(bar(line), line);
  });

  // The bar at the end says where one is, and has what can be done with the value there.
  const tell = (shown, line) => {
    const path = line.dataset.path ?? "";
    shown.hidden = false;
    shown.elements.path.value = path;
    shown.querySelector("[data-line-path]").textContent = path;
    shown.querySelector("[data-line-copy=value]").disabled = valueOf(line) === null;
    shown.querySelector("[data-line-copy=path]").disabled = !path;
    for (const add of shown.querySelectorAll("[type=submit]")) add.disabled = !path;
    const filter = shown.querySelector("[data-line-filter]");
    const where = path && filterFor(line, path);
    filter.hidden = !where;
    if (where) filter.href = `${shown.dataset.list}${new URLSearchParams({ where })}`;
    else filter.removeAttribute("href");
  };
  // JMESPath: `…` holds JSON, exact to the last digit; a backtick in it is escaped.
  const filterFor = (line, path) => {
    const text = textOf(line);
    if (opens(line) || valueOf(line) === null || text.length > 400) return "";
    const from = path.startsWith("[") ? `body${path}` : `body.${path}`;
    return `${from} == \`${text.replaceAll("`", "\\`")}\``;
  };

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-line-copy]");
    if (button && current?.isConnected) {
      if (button.dataset.lineCopy === "value") copyValue(current);
      else copyPath(current);
    }
    const line = lineOf(target);
    if (!line || String(getSelection())) return;
    line.focus({ preventScroll: true });
    if (opens(line) && !target.closest("span")) fold(line, !folded(line));
  });

  const keys = {
    ArrowDown: (line) => go(towards(line, "nextElementSibling")),
    ArrowUp: (line) => go(towards(line, "previousElementSibling")),
    Home: (line) => go(line.parentElement.firstElementChild),
    End: (line) => go([...line.parentElement.children].findLast((each) => !each.hidden)),
    ArrowLeft: (line) => {
      if (opens(line) && !folded(line)) fold(line, true);
      else go(parentOf(line));
    },
    ArrowRight: (line) => {
      if (folded(line)) fold(line, false);
      else if (opens(line)) go(towards(line, "nextElementSibling"));
    },
    Enter: (line) => fold(line, !folded(line)),
    " ": (line) => fold(line, !folded(line)),
    "[": (line) => foldAll(line, true),
    "]": (line) => foldAll(line, false),
    c: copyValue,
    p: copyPath,
  };
  document.addEventListener("keydown", (event) => {
    const line = lineOf(event.target);
    if (!line || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key](line);
  });

  document.addEventListener("htmx:after:swap", enhance);
  enhance();
})();
