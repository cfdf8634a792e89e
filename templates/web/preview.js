// Previews keywords while they are typed: form -> POST -> HTML part -> in its place.
// Without this script the button beside it does the same.
(() => {
  "use strict";
  const PAUSE = 250; // milliseconds without a key before the server is asked
  const AGAIN = 2000; // milliseconds until a server is asked again that is still loading
  const box = document.getElementById("preview");
  const part = document.getElementById("preview-part");
  const status = document.getElementById("preview-status");
  const form = box.closest("form");
  const typed = form.elements.namedItem("keywords");
  const isTick = (name) => name === "also" || name.startsWith("also-");
  const watched = new Set(["keywords", "categories", "cross_lists"]);
  let timer = 0;
  let asked = new AbortController();

  // It would also be what the Enter key presses.
  document.getElementById("preview-button").remove();

  const openLines = () =>
    new Set([...part.querySelectorAll("details[open]")].map((each) => each.dataset.line));

  const put = (fresh, wasTicked) => {
    const opened = openLines();
    const hadFocus = part.contains(document.activeElement);
    if (wasTicked) typed.value = fresh.dataset.keywords;
    part.replaceChildren(fresh);
    for (const each of part.querySelectorAll("details")) {
      each.open = opened.has(each.dataset.line);
    }
    if (hadFocus) box.focus();
    status.textContent = fresh.dataset.summary;
    status.className = "hint";
    if ("again" in fresh.dataset) timer = setTimeout(ask, AGAIN);
  };

  const fail = () => {
    status.textContent = box.dataset.failed;
    status.className = "mistake";
  };

  const ask = async () => {
    const mine = new AbortController();
    asked = mine;
    const sent = new URLSearchParams(new FormData(form));
    if (!part.querySelector("[data-again]")) status.textContent = box.dataset.wait;
    status.className = "hint";
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.url, {
        method: "POST", body: sent, signal: mine.signal, redirect: "error",
      });
      const html = await answer.text();
      const page = new DOMParser().parseFromString(html, "text/html");
      const fresh = page.querySelector("[data-preview]");
      if (mine.signal.aborted) return;
      if (answer.ok && fresh) put(document.adoptNode(fresh), [...sent.keys()].some(isTick));
      else fail();
    } catch {
      if (!mine.signal.aborted) fail();
    }
    if (asked === mine) box.removeAttribute("aria-busy");
  };

  const askAfter = (pause) => {
    asked.abort();
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  };

  // Links on the page, as to the other language, would lose what is typed and not saved.
  const warn = (event) => event.preventDefault();
  form.addEventListener("submit", () => window.removeEventListener("beforeunload", warn));

  form.addEventListener("input", (event) => {
    window.addEventListener("beforeunload", warn);
    if (isTick(event.target.name)) askAfter(0);
    else if (watched.has(event.target.name)) askAfter(PAUSE);
  });
  askAfter(0);
})();
