// The keyboard in a chart: arrows go from point to point, whose values are shown and read out. Its table has all of them.

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

for (const drawing of document.querySelectorAll("svg[data-chart]")) {
  const points = [...drawing.querySelectorAll(".point")];
  drawing.addEventListener("keydown", (event) => {
    const at = points.indexOf(document.activeElement);
    const to = { Home: 0, End: points.length - 1 }[event.key] ?? (at < 0 ? points.length - 1 : at + STEPS[event.key]);
    if (!(event.key in STEPS || event.key === "Home" || event.key === "End") || !points[to]) return;
    event.preventDefault();
    points[to].focus();
  });
}
