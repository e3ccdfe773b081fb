// <time datetime="…" data-ago>12 s ago</time>, <time datetime="…" data-until>in 1 min 20 s</time>:
// kept true, also while live updates are paused.
(() => {
  const UNITS = [[86400, "d"], [3600, "h"], [60, "min"]]; // as age_in_words() in ui.py

  // The clock of this machine may be off; the page says what the server's was when it was made.
  // Not for a page that history brought back: that one was made a while ago.
  const skewOf = (navigation) => {
    const made = Number(document.querySelector("meta[name=server-time]")?.content) * 1000;
    if (!made || !navigation || navigation.type === "back_forward") return 0;
    const skew = made - (performance.timeOrigin + navigation.responseStart);
    return Math.abs(skew) < 3000 ? 0 : skew; // the page's second is cut off, and it travelled
  };
  const skew = skewOf(performance.getEntriesByType("navigation")[0]);

  const words = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    for (const [size, unit] of UNITS) {
      if (whole >= size) return `${Math.floor(whole / size)} ${unit}`;
    }
    return `${whole} s`;
  };

  // The two largest units that are not zero, as duration() in words.py.
  const precisely = (seconds) => {
    let left = Math.floor(seconds);
    const parts = [];
    for (const [size, unit] of [...UNITS, [1, "s"]]) {
      if (left >= size) parts.push(`${Math.floor(left / size)} ${unit}`);
      left %= size;
    }
    return parts.slice(0, 2).join(" ") || "0 s";
  };

  const set = (time, text) => {
    if (time.textContent !== text) time.textContent = text;
  };
  const refresh = () => {
    const since = (time) => (Date.now() + skew - Date.parse(time.dateTime)) / 1000;
    for (const time of document.querySelectorAll("time[data-ago]")) {
      set(time, `${words(since(time))} ago`);
    }
    for (const time of document.querySelectorAll("time[data-until]")) {
      const left = -since(time);
      set(time, left > 0 ? `in ${precisely(left)}` : "any moment");
    }
  };
  setInterval(refresh, 1000);
})();
