(() => {
  const version = document.querySelector("meta[name=version]").content;
  const stream = new EventSource(`/changes?since=${encodeURIComponent(version)}`);
  stream.onmessage = (event) => {
    if (event.data === version) return;
    stream.close();
    const open = [...document.querySelectorAll(".card[open]")].map((card) => card.id);
    sessionStorage.setItem("seen", JSON.stringify({ place: location.search, open, scroll: scrollY }));
    location.reload();
  };
  const seen = JSON.parse(sessionStorage.getItem("seen") || "null");
  sessionStorage.removeItem("seen");
  if (!seen || seen.place !== location.search) return;
  for (const id of seen.open) {
    const card = document.getElementById(id);
    if (card) card.open = true;
  }
  scrollTo(0, seen.scroll);
})();
