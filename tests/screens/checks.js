// What the screens' tests ask a page. Every function answers with a list of faults in words, or of plain data.
(() => {
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const CONTROLS =
    'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [tabindex]:not([tabindex="-1"])';
  const name = (element) => {
    const words = (element.getAttribute("aria-label") ?? element.textContent ?? "")
      .trim()
      .replace(/\s+/g, " ")
      .slice(0, 60);
    const label = element.id
      ? `#${element.id}`
      : element.className?.baseVal === undefined && element.className
        ? `.${element.className}`
        : "";
    return `${element.tagName.toLowerCase()}${label} "${words}"`;
  };
  const isShown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const isHiddenForEyes = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      const { width, height } = one.getBoundingClientRect();
      if (
        style.clipPath === "inset(50%)" ||
        style.opacity === "0" ||
        (style.position === "absolute" && width <= 1 && height <= 1)
      )
        return true;
    }
    return false;
  };
  const isSkip = (element) => Boolean(element.closest(".skip"));

  /** What a finger meets: the control, with its label where it has one round it. */
  const touched = (element) => {
    const around = element.matches("input") ? element.closest("label") : null;
    return around ?? element;
  };
  const controls = () => $$(CONTROLS).filter((one) => isShown(one) && !isSkip(one));

  const targets = (least) =>
    controls().flatMap((one) => {
      const target = touched(one);
      if (target === one && isHiddenForEyes(one)) return [];
      const { width, height } = target.getBoundingClientRect();
      return width + 0.5 >= least && height + 0.5 >= least
        ? []
        : [`${name(target)} is ${Math.round(width)} x ${Math.round(height)}`];
    });

  // -- focus: what is seen of a control, and whether it differs with the keyboard on it -----------------------
  const LOOKS = [
    "outlineStyle",
    "outlineWidth",
    "outlineColor",
    "boxShadow",
    "borderColor",
    "backgroundColor",
    "color",
    "textDecorationLine",
  ];
  const look = (element) => {
    const label = touched(element);
    const parts = [element, label, element.nextElementSibling, element.parentElement].filter(Boolean);
    return JSON.stringify(parts.map((one) => LOOKS.map((key) => getComputedStyle(one)[key])));
  };
  const reachable = () =>
    controls().filter((one) => {
      if (one.disabled || one.closest("fieldset:disabled") || one.tabIndex < 0) return false;
      if (one.type !== "radio") return true;
      const group = $$('input[type="radio"]').filter((other) => other.name === one.name && !other.disabled);
      return one === (group.find((other) => other.checked) ?? group[0]);
    });
  /** Tab goes on from here, wherever the focus was. */
  const startAtTop = () => {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
  };
  const startFocus = () => {
    startAtTop();
    window.scrollTo(0, 0);
    window.__unfocused = new Map(reachable().map((one) => [one, look(one)]));
    window.__met = new Set();
    window.__faults = [];
    window.__round = false;
    window.addEventListener("keyup", ({ key }) => key === "Tab" && meet(document.activeElement), true);
    return window.__unfocused.size;
  };
  /** What lies under a question is there again as soon as it is answered. */
  const isCovered = (element) => {
    const box = touched(element).getBoundingClientRect();
    const points = [
      [0.5, 0.5],
      [0.1, 0.1],
      [0.9, 0.1],
      [0.1, 0.9],
      [0.9, 0.9],
    ].map(([x, y]) => [box.left + x * box.width, box.top + y * box.height]);
    return points.every(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      if (top?.closest("[role=alertdialog]")) return false;
      return !top || !(touched(element).contains(top) || top.contains(element));
    });
  };
  const meet = (element) => {
    if (!element || element === document.body || window.__round) {
      window.__round = true;
    } else if (window.__met.has(element)) {
      window.__round = element !== window.__last; // a date's parts are one element
    } else {
      window.__met.add(element);
      window.__last = element;
      window.__faults.push(...faultsOf(element));
    }
  };
  const faultsOf = (element) => {
    const before = window.__unfocused.get(element);
    if (!before) return [];
    return [
      before === look(element) && `${name(element)} looks the same with the keyboard on it`,
      isCovered(element) && `${name(element)} is covered while the keyboard is on it`,
    ].filter(Boolean);
  };
  const isRound = () => window.__round;
  const atFocus = () => [...window.__faults, ...missed()];
  const missed = () =>
    [...window.__unfocused.keys()]
      .filter((one) => one.isConnected && isShown(one) && !one.disabled && !window.__met.has(one))
      .map((one) => `${name(one)} is not reached by Tab`);

  // -- room for text ---------------------------------------------------------------------------------------------
  const clips = (value) => value === "hidden" || value === "clip";
  const scrolls = (value) => value === "auto" || value === "scroll";
  const rootHides = (axis) =>
    [document.documentElement, document.body].some((one) => clips(getComputedStyle(one)[`overflow${axis}`]));

  /** The boxes of an element's own text, as tall as its letters and not as its line. */
  const ownText = (element) =>
    [...element.childNodes].flatMap((node) => {
      if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim()) return [];
      const range = document.createRange();
      range.selectNodeContents(node);
      const size = parseFloat(getComputedStyle(element).fontSize);
      return [...range.getClientRects()]
        .filter((box) => box.width > 0)
        .map((box) => {
          const middle = (box.top + box.bottom) / 2;
          return { left: box.left, right: box.right, top: middle - size * 0.4, bottom: middle + size * 0.4 };
        });
    });

  /** Which side of which ancestor cuts the box off; scrolling ancestors show all in the end. */
  const cutBy = (element, box) => {
    let { left, right, top, bottom } = box;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.display === "inline" || style.display === "contents") continue;
      const edge = one.getBoundingClientRect();
      if (clips(style.overflowX) && (left < edge.left - 1 || right > edge.right + 1)) return `${name(one)} sideways`;
      if (clips(style.overflowY) && (top < edge.top - 1 || bottom > edge.bottom + 1)) return `${name(one)} in height`;
      if (scrolls(style.overflowX)) [left, right] = [edge.left, edge.right];
      if (scrolls(style.overflowY)) [top, bottom] = [edge.top, edge.bottom];
      if (style.position === "fixed") return outOfView({ left, right, top, bottom }, true) ? "the screen's edge" : null;
    }
    return outOfView({ left, right, top, bottom }, false) ? "the screen's edge" : null;
  };
  const outOfView = ({ left, right, top, bottom }, fixed) => {
    const x = window.scrollX,
      y = window.scrollY;
    const sideways =
      left + x < -1 || right > (fixed || rootHides("X") ? window.innerWidth : document.documentElement.scrollWidth) + 1;
    const upright =
      top + y < -1 ||
      bottom > (fixed || rootHides("Y") ? window.innerHeight : document.documentElement.scrollHeight) + 1;
    return sideways || upright;
  };

  const squeezed = (element) => {
    const style = getComputedStyle(element);
    if (style.display === "inline" || element.tagName === "OPTION") return null;
    const wide = element.scrollWidth > element.clientWidth + 1 && !scrolls(style.overflowX);
    const tall =
      element.scrollHeight > element.clientHeight + parseFloat(style.fontSize) * 0.6 && !scrolls(style.overflowY);
    return wide ? "is wider than its place" : tall ? "is taller than its place" : null;
  };

  /** Text that cannot be read whole. */
  const cutOff = () =>
    $$("body *").flatMap((element) => {
      if (
        ["SCRIPT", "STYLE", "TEMPLATE", "TEXTAREA"].includes(element.tagName) ||
        !isShown(element) ||
        isHiddenForEyes(element) ||
        isSkip(element)
      )
        return [];
      if (element.closest("svg, [inert], select, [data-spare]")) return []; // data-spare: as many as there is room for
      const boxes = ownText(element);
      if (boxes.length === 0) return [];
      const tight = squeezed(element);
      if (tight) return [`${name(element)} ${tight}`];
      const by = boxes.map((box) => cutBy(element, box)).find(Boolean);
      return by ? [`${name(element)} is cut off by ${by}`] : [];
    });

  /** Controls that no scrolling brings to the finger. A region that scrolls is none, and may be taller than the screen. */
  const unreachable = () =>
    controls().flatMap((one) => {
      if (isHiddenForEyes(touched(one)) || one.matches('[role="tabpanel"], .scroll')) return [];
      touched(one).scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
      const { left, right, top, bottom } = touched(one).getBoundingClientRect();
      const inView =
        left >= -1 &&
        right <= window.innerWidth + 1 &&
        (bottom - top > window.innerHeight || (top >= -1 && bottom <= window.innerHeight + 1));
      return inView && !isCovered(one) ? [] : [`${name(one)} cannot be reached`];
    });

  const sideways = () => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= window.innerWidth + 1) return [];
    const widest = $$("body *")
      .filter((one) => isShown(one) && one.getBoundingClientRect().right > window.innerWidth + 1)
      .map(name);
    return [`the page is ${scrollWidth} wide on ${window.innerWidth}: ${widest.slice(0, 3).join(", ")}`];
  };

  const moving = () =>
    document
      .getAnimations()
      .filter((one) => one.playState === "running")
      .map(
        (one) => `${one.animationName ?? one.transitionProperty ?? "an animation"} runs on ${name(one.effect.target)}`,
      );

  window.checks = { targets, startFocus, isRound, atFocus, cutOff, unreachable, sideways, moving };
})();
