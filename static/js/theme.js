// The theme, before the first paint: this is the one script that is not deferred.
// Kept in localStorage as "light" or "dark"; nothing kept means the system's own.
(() => {
  const root = document.documentElement;
  const next = { system: "light", light: "dark", dark: "system" };
  const current = () => root.dataset.theme ?? "system";

  const read = () => {
    try { return localStorage.getItem("theme"); } catch { return null; } // storage may be forbidden
  };
  const keep = (theme) => {
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch { /* then it lasts for this page */ }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const label = `Theme: ${current()}`;
      button.setAttribute("aria-label", label);
      button.title = `${label}. Switch to ${next[current()]}`;
    }
  };

  apply(read());
  document.addEventListener("DOMContentLoaded", () => apply(current()));
  window.addEventListener("storage", (event) => event.key === "theme" && apply(event.newValue));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const theme = next[current()];
    keep(theme);
    apply(theme);
  });
})();
