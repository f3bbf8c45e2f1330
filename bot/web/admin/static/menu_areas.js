// The taps stand in the upper right corner of their areas. Without this file the table below a picture has them.

for (const one of document.querySelectorAll("[data-face] .menu-taps")) {
  one.style.right = `${one.dataset.right}%`;
  one.style.top = `${one.dataset.top}%`;
  one.classList.add("is-placed");
}
