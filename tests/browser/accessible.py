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


# The first text of each look, marked; a picture's text is no business of axe, which cannot judge it.
FIRST_OF_EACH_LOOK = """() => {
  const seen = new Set(), behind = new Map();
  const ground = (one) => {
    if (!behind.has(one)) {
      const { backgroundColor, backgroundImage, opacity, filter, position } = getComputedStyle(one);
      const plain = backgroundImage === "none" && opacity === "1" && filter === "none" && ["static", "relative"].includes(position);
      const clear = plain && backgroundColor === "rgba(0, 0, 0, 0)" && one.parentElement;
      behind.set(one, clear ? ground(one.parentElement) : plain ? backgroundColor : behind.size);
    }
    return behind.get(one);
  };
  const texts = (one) => [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim().length > 1);
  for (const one of document.querySelectorAll("body *:not(svg *, script, style)")) {
    delete one.dataset.look;
    if (!texts(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(one);
    if (seen.size !== seen.add([color, fontSize, fontWeight, ground(one)].join()).size) one.dataset.look = "";
  }
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
RULES = {"all": {}, "layout": {"rules": {one: {"enabled": False} for one in COLOURS}}}


def broken_rules(page, asked="all", only=()) -> list[str]:
    """The rules of axe that nodes of the page break, each with its node; `only` names rules, also such as axe leaves off.

    asked="colours" asks of each look of text alone whether it can be read, "layout" asks everything else: for a page
    that was asked "all" and then changed its colours or its width, that is all that can have changed.
    """
    if only:
        return _found(page, {"runOnly": list(only)})
    if asked == "colours":
        page.evaluate(FIRST_OF_EACH_LOOK)
        return _found(page, {"runOnly": COLOURS}, {"include": [["[data-look]"]]})
    page.evaluate(EACH_LOOK_ONCE)
    try:
        return _found(page, RULES[asked] | {"resultTypes": ["violations"]})
    finally:
        page.evaluate("window.shownAgain()")


def _found(page, options, context=None):
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ]
