// Every htmx request carries the CSRF token; failed ones are said, never shown as emptiness.
(() => {
  const root = document.documentElement;

  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector("meta[name=csrf]").content;
    event.detail.ctx.request.headers["X-CSRFToken"] = token;
  });

  // The banner of base.html: the page could not be refreshed. The next answer takes it away.
  document.addEventListener("htmx:error", () => { root.dataset.unreachable = ""; });
  document.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.status >= 500) root.dataset.unreachable = "";
    else delete root.dataset.unreachable;
  });
})();
