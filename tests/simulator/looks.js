// What a test asks of the workbench as it looks now: each function names what is wrong.
{
  /** Targets below 44 px. */
  small() {
    return [...document.querySelectorAll(".workbench :is(button, input:not([type=radio], [type=checkbox]), select, .fault, .record-person)")]
      .filter((e) => e.checkVisibility())
      .map((e) => [e.id || e.className, e.getBoundingClientRect()])
      .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
      .map(([name, box]) => `${name} ${box.width}x${box.height}`);
  },

  /** What a screen reader has no name for. */
  unnamed() {
    return [...document.querySelectorAll(".workbench :is(button, input, select, [role=region])")]
      .filter((e) => e.checkVisibility() && !(e.ariaLabel || e.textContent.trim() || e.labels?.length))
      .map((e) => e.outerHTML);
  },

  /** Texts below WCAG 2.2's 1.4.3: 4.5 to 1, or 3 to 1 where they are large. */
  faint() {
    const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
    const behind = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const colour = parse(getComputedStyle(e).backgroundColor);
        if (colour.length === 3 || colour[3] === 1) return colour;
      }
      return [255, 255, 255];
    };
    const faint = [];
    for (const element of document.querySelectorAll(".workbench *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
      if (!own || element.closest(":disabled, .unseen, option") || !element.checkVisibility()) continue;
      for (const animation of element.closest(".turn, .deed")?.getAnimations() ?? []) animation.finish();
      const style = getComputedStyle(element);
      const [a, b] = [luminance(parse(style.color)), luminance(behind(element))].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 600);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (large ? 3 : 4.5)) faint.push(`${element.className} ${element.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
    }
    return faint;
  },
}
