"""What axe-core finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe

# A page has thousands of letters of code and mathematics in a dozen looks. The contrast of each look is measured on the
# first of its spans, where colour, size, weight and everything behind it are equal; the others are not seen meanwhile.
EACH_LOOK_ONCE = """() => {
  const seen = new Set(), behind = new Map();
  const ground = (one) => {
    if (!behind.has(one)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(one);
      const plain = backgroundImage === "none" && opacity === "1" && filter === "none";
      const clear = plain && backgroundColor === "rgba(0, 0, 0, 0)" && one.parentElement;
      behind.set(one, clear ? ground(one.parentElement) : plain ? backgroundColor : behind.size);
    }
    return behind.get(one);
  };
  const hidden = [...document.querySelectorAll("pre span, .katex-html span")].filter((one) => {
    if (one.childElementCount || !one.textContent.trim()) return false;
    if (one.textContent.trim().length === 1) return true; // axe does not judge a single letter
    const { color, fontSize, fontWeight } = getComputedStyle(one);
    const look = [color, fontSize, fontWeight, ground(one)].join();
    return seen.size === seen.add(look).size;
  });
  for (const one of hidden) one.style.visibility = "hidden";
  window.shownAgain = () => hidden.forEach((one) => one.style.removeProperty("visibility"));
  return hidden.length;
}"""


def broken_rules(page, only=()) -> list[str]:
    """The rules of axe that nodes of the page break, each with its node; `only` names rules, also such as axe leaves off."""
    if not only:
        page.evaluate(EACH_LOOK_ONCE)
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(only)} if only else {})
    found = Axe().run(page, options=options).response["violations"]
    if not only:
        page.evaluate("window.shownAgain()")
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ]
