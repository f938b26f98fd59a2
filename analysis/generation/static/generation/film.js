// A film can be stopped: its first picture stands in for it.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-film-toggle]");
  const film = document.querySelector("[data-film]");
  if (!button || !film) return;
  const plays = film.src !== film.dataset.stillSrcUsed;
  film.dataset.filmSrc ??= film.src;
  document.querySelector("[data-still]")?.remove();
  film.src = plays ? film.dataset.stillSrc : film.dataset.filmSrc;
  film.dataset.stillSrcUsed = plays ? film.src : "";
  button.textContent = plays ? button.dataset.play : button.dataset.pause;
});

function offer() {
  const button = document.querySelector("[data-film-toggle]");
  const film = document.querySelector("[data-film]");
  if (!button || !film?.dataset.stillSrc || !button.hidden) return;
  button.hidden = false;
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  film.dataset.filmSrc = film.src;
  film.src = film.dataset.stillSrc;
  film.dataset.stillSrcUsed = film.src;
  button.textContent = button.dataset.play;
}

document.addEventListener("htmx:load", offer);
offer();
