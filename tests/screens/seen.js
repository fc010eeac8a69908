// What a reader of the page sees or hears in the page's own language: a text for each block, and each label.
() => {
  const LABELS = ["aria-label", "title", "placeholder", "alt"];
  const own = document.documentElement.lang;
  const APART = "script, style, template, noscript, code, #date, [src^='/printer/']"; // paper says everything twice, a date is the browser's
  const isOwn = (node) => node.closest("[lang]").lang === own && !node.closest(APART);
  const block = (node) => {
    let at = node;
    while (/^(inline|contents)/.test(getComputedStyle(at).display) && at.parentElement) at = at.parentElement;
    return at;
  };
  const blocks = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const inside = text.parentElement;
    if (!isOwn(inside) || !inside.checkVisibility({ visibilityProperty: true })) continue;
    const at = block(inside);
    blocks.set(at, (blocks.get(at) ?? "") + text.data);
  }
  const labels = [...document.body.querySelectorAll("*")].filter((node) => isOwn(node) && node.checkVisibility());
  const said = labels.flatMap((node) => LABELS.map((name) => node.getAttribute(name) ?? ""));
  return [document.title, ...blocks.values(), ...said].filter((text) => text.trim());
};
