(() => {
  const stream = new EventSource("/changes");
  stream.onmessage = (event) => {
    if (event.data === "changed") {
      sessionStorage.setItem("scroll", String(scrollY));
      sessionStorage.setItem("open", JSON.stringify([...document.querySelectorAll(".card[open]")].map((card) => card.id)));
      location.reload();
    }
  };
  const open = JSON.parse(sessionStorage.getItem("open") || "[]");
  for (const id of open) { const card = document.getElementById(id); if (card) card.open = true; }
  const scroll = sessionStorage.getItem("scroll");
  if (scroll) scrollTo(0, Number(scroll));
  sessionStorage.clear();
})();
