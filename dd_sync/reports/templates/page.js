"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const cards = [...document.querySelectorAll(".card")];
  const find = $("find");
  if (!find) return;
  const chosen = { kind: $("by-kind"), action: $("by-action"), team: $("by-team") };
  const texts = new Map();
  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
    return texts.get(card);
  };
  const fits = (card, words) =>
    (!chosen.kind.value || card.dataset.kind === chosen.kind.value) &&
    (!chosen.action.value ||
      (chosen.action.value === "pages" ? "pages" in card.dataset : card.dataset.action === chosen.action.value)) &&
    (!chosen.team.value || card.dataset.team.split(" ").includes(chosen.team.value) || card.dataset.team === chosen.team.value) &&
    words.every((word) => textOf(card).includes(word));
  const visible = () => cards.filter((card) => !card.hidden);
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) card.hidden = !fits(card, words);
    $("shown").textContent = `${visible().length} of ${cards.length}`;
  };
  let at = null;
  const go = (step) => {
    const seen = visible();
    if (!seen.length) return;
    const next = seen[Math.min(Math.max(seen.indexOf(at) + step, 0), seen.length - 1)];
    if (at) at.classList.remove("at");
    at = next;
    at.classList.add("at");
    at.querySelector("summary").focus({ preventScroll: true });
    at.scrollIntoView({ block: "nearest" });
  };
  const open = (card) => {
    for (const one of [find, ...Object.values(chosen)]) one.value = "";
    filter();
    card.open = true;
    card.scrollIntoView();
  };
  const fromAddress = () => {
    const card = $(decodeURIComponent(location.hash.slice(1)));
    if (card && card.classList.contains("card")) open(card);
  };
  find.addEventListener("input", filter);
  for (const one of Object.values(chosen)) one.addEventListener("change", filter);
  $("unfold").addEventListener("click", () => {
    const all = visible();
    const opening = !all.every((card) => card.open);
    for (const card of all) card.open = opening;
    $("unfold").textContent = opening ? "close all" : "open all";
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && event.target === find) {
      find.value = "";
      filter();
      find.blur();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      find.focus();
    } else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "o" && at) at.open = !at.open;
  });
  const reopen = [];
  addEventListener("beforeprint", () => {
    for (const card of visible()) if (!card.open) { card.open = true; reopen.push(card); }
  });
  addEventListener("afterprint", () => { for (const card of reopen.splice(0)) card.open = false; });
  addEventListener("hashchange", fromAddress);
  document.querySelector(".tools").hidden = false;
  filter();
  fromAddress();
})();
