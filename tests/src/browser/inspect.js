// What is wrong with the page as it is shown now, a sentence each.
(() => {
  const wrong = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) {
    wrong.push(`the page is ${root.scrollWidth} wide on a screen of ${innerWidth}`);
  }

  const brief = (element) => `<${element.localName}> ${element.textContent.trim().slice(0, 40)}`;
  const isShown = (element) => element.getClientRects().length > 0;

  // Words on a chart lie within its height and the page's width, and not on each other.
  for (const chart of document.querySelectorAll("svg[role=img], svg.axis")) {
    const frame = chart.getBoundingClientRect();
    const words = [...chart.querySelectorAll("text")].filter(isShown);
    const boxes = words.map((word) => word.getBoundingClientRect());
    boxes.forEach((box, nth) => {
      const isInside = box.left >= 0 && box.right <= innerWidth &&
        box.top >= frame.top - 3 && box.bottom <= frame.bottom + 3;
      if (!isInside) wrong.push(`${brief(words[nth])} leaves ${chart.id || "an axis"}`);
      for (let other = 0; other < nth; other++) {
        const across = Math.min(box.right, boxes[other].right) - Math.max(box.left, boxes[other].left);
        const down = Math.min(box.bottom, boxes[other].bottom) - Math.max(box.top, boxes[other].top);
        if (across > 0 && down > 3) {
          wrong.push(`${brief(words[nth])} lies on ${brief(words[other])} in ${chart.id || "an axis"}`);
        }
      }
    });
  }

  // Letters stand out from what is behind them, as WCAG asks for at level AA.
  const channels = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((channels(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !isShown(element)) continue;
    const style = getComputedStyle(element);
    const color = element.localName === "text" ? style.fill : style.color;
    const behind = ground(element);
    const pair = [luminance(color), luminance(behind)].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5 && !seen.has(color + behind)) {
      seen.add(color + behind);
      wrong.push(`${brief(element)}: ${color} on ${behind} is a contrast of ${contrast.toFixed(2)}`);
    }
  }
  return wrong;
})()
