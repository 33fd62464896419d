"use strict";
(() => {
  const filter = document.querySelector(".filter");
  if (!filter) return;
  filter.hidden = false;
  const all = (where) => [...document.querySelectorAll(where)];
  const text = document.getElementById("text");
  const entries = all(".entry").map((element) => ({
    element, word: element.dataset.word, kind: element.dataset.kind,
    number: Number(element.dataset.number), text: element.textContent.toLocaleLowerCase(),
  }));
  const sections = all(".section").map((element) => ({ element, open: element.open }));
  const total = entries.reduce((sum, entry) => sum + entry.number, 0);
  const pressed = (name) => new Set(
    all(`.chip[data-${name}][aria-pressed="true"]`).map((chip) => chip.dataset[name]));

  const show = () => {
    const sought = text.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const words = pressed("word"), kinds = pressed("kind");
    const filtered = sought.length > 0 || words.size > 0 || kinds.size > 0;
    let shown = 0;
    for (const entry of entries) {
      const fits = (!words.size || words.has(entry.word)) && (!kinds.size || kinds.has(entry.kind))
        && sought.every((word) => entry.text.includes(word));
      entry.element.hidden = !fits;
      if (fits) shown += entry.number;
    }
    for (const { element, open } of sections) {
      element.hidden = !element.querySelector(".entry:not([hidden])");
      element.open = filtered || open;
    }
    document.getElementById("shown").textContent = `${shown} of ${total} shown`;
  };
  const fold = (open) => { for (const element of all(".section, .entry:not([hidden])")) element.open = open; };

  let waiting = 0;
  text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 80); });
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("click", (event) => {
    const chip = event.target.closest(".chip");
    if (chip) {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      show();
    }
  });
  document.getElementById("unfold").addEventListener("click", () => fold(true));
  document.getElementById("fold").addEventListener("click", () => fold(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== text) { event.preventDefault(); text.focus(); }
    if (event.key === "Escape" && document.activeElement === text) { text.value = ""; show(); }
  });
  addEventListener("beforeprint", () => fold(true));
  show();
})();
