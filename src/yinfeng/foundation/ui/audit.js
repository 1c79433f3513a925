// What testing.audit_page looks for inside the page: returns the faults, one line each.
({ least, phone }) => {
  const faults = [];
  const name = (e) => {
    const text = (e.textContent || "").trim().replace(/\s+/g, " ").slice(0, 28);
    const kind = e.className && typeof e.className === "string" ? "." + e.className.trim().split(/\s+/).join(".") : "";
    return `<${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}${kind}> ${text}`;
  };
  const shown = (e) => {
    if (!e.checkVisibility || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) return false;
    const b = e.getBoundingClientRect();
    return b.width > 0 && b.height > 0;
  };
  const root = document.documentElement;
  const scrolls = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(p).overflowX) && p.scrollWidth > p.clientWidth) return true;
    }
    return false;
  };

  // language
  if (!["zh-Hans", "en"].includes(root.lang)) faults.push(`language: <html lang="${root.lang}">`);
  if (!document.title.trim()) faults.push("title: empty");
  if (document.querySelectorAll("h1").length !== 1) faults.push(`heading: ${document.querySelectorAll("h1").length} h1`);

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((one, i) => ids.indexOf(one) !== i))) faults.push(`twice: id="${id}"`);

  // sideways
  if (root.scrollWidth > root.clientWidth + 1) {
    faults.push(`overflow: page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
    for (const e of document.body.querySelectorAll("*")) {
      const b = e.getBoundingClientRect();
      if (shown(e) && b.right > root.clientWidth + 1 && !scrolls(e)) faults.push(`overflow: ${name(e)} reaches ${Math.round(b.right)}`);
    }
  }

  // text that is cut: an ellipsis is allowed only where the whole text can be had (title, aria-label) or by choice
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.nodeValue.trim() || seen.has(e) || !shown(e)) continue;
    seen.add(e);
    if (e.closest("[data-may-cut], .visually-hidden, svg, canvas, script, style, template")) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const t = range.getBoundingClientRect();
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (["auto", "scroll"].includes(style.overflowX) || ["auto", "scroll"].includes(style.overflowY)) break;
      if (style.position === "fixed") break;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const b = p.getBoundingClientRect();
      const across = style.overflowX !== "visible" && (t.right > b.right + 1.5 || t.left < b.left - 1.5);
      const down = style.overflowY !== "visible" && (t.bottom > b.bottom + 3 || t.top < b.top - 3);
      if ((across || down) && b.width > 2 && !p.closest("[title], [aria-label]")) {
        faults.push(`cut: ${name(e)}`);
        break;
      }
    }
  }
  for (const e of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select")) {
    if (shown(e) && e.value && e.scrollWidth > e.clientWidth + 2 && e.tagName === "INPUT") faults.push(`cut: ${name(e)} ${e.value}`);
  }

  // every control has a name
  for (const e of document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea")) {
    if (!shown(e) || e.matches(".ts-hidden-accessible")) continue;
    const labels = e.labels ? [...e.labels].map((l) => l.textContent.trim()).join("") : "";
    const tied = (e.getAttribute("aria-labelledby") || "").split(" ").some((i) => i && document.getElementById(i)?.textContent.trim());
    const own = e.matches("input, select, textarea") ? "" : e.textContent.trim();
    if (!labels && !tied && !own && !(e.getAttribute("aria-label") || "").trim() && !(e.title || "").trim()) faults.push(`nameless: ${name(e)}`);
  }
  for (const e of document.querySelectorAll("img:not([alt])")) faults.push(`nameless: ${name(e)}`);

  // targets for a finger; a link inside a sentence is excused, and so is one whose tap area is made larger
  if (phone) {
    const modal = document.querySelector("dialog:modal");
    for (const e of (modal || document).querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")) {
      if (!shown(e) || e.closest(".visually-hidden, .yf-skip, .ts-hidden-accessible") || e.disabled) continue;
      const tick = e.matches("[type=checkbox], [type=radio]");
      const box = (tick && e.closest("label")) || e.closest(".ts-control") || e;
      const b = box.getBoundingClientRect();
      if (b.height >= least - 0.5 && b.width >= least - 0.5) continue;
      if (tick && getComputedStyle(e).opacity === "0") continue;
      const line = e.closest("p, li, dd, td, .yf-text, .yf-notice, .yf-foot, .yf-event__detail");
      if (e.tagName === "A" && getComputedStyle(e).display === "inline" && line && line.textContent.trim().length > e.textContent.trim().length + 6 && !line.matches("td")) continue;
      e.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const c = box.getBoundingClientRect();
      const x = c.left + c.width / 2, y = c.top + c.height / 2, half = least / 2 - 2;
      const hits = (dx, dy) => {
        const at = document.elementFromPoint(x + dx, y + dy);
        return at && (box.contains(at) || at.contains(box) && at.closest("a, label, summary, button") === box);
      };
      const ways = [[0, -half], [0, half], [-half, 0], [half, 0]].filter(([dx, dy]) => (dx ? c.width : c.height) < least - 0.5);
      // a point outside may belong to another, but the way up or down together must make 44
      const room = (dx, dy) => { let n = 0; for (let i = 1; i <= least; i++) if (hits(dx * i, dy * i)) n = i; else break; return n; };
      const tall = c.height >= least - 0.5 || room(0, -1) + room(0, 1) >= least - 3;
      const wide = c.width >= least - 0.5 || room(-1, 0) + room(1, 0) >= least - 3;
      if (ways.length && !(tall && wide)) faults.push(`small: ${name(e)} ${Math.round(c.width)}×${Math.round(c.height)}`);
    }
    scrollTo({ top: 0, behavior: "instant" });
  }

  // contrast of text on the nearest painted ground (gradients and pictures are not judged)
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const mixed = new Map();
  const rgb = (c) => {  // any notation (rgb, oklch …): let the browser mix it
    if (!mixed.has(c)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = c;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      mixed.set(c, { r, g, b, a: a / 255 });
    }
    return mixed.get(c);
  };
  const lum = ({ r, g, b }) => [r, g, b].map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (f, b) => ({ r: f.r * f.a + b.r * (1 - f.a), g: f.g * f.a + b.g * (1 - f.a), b: f.b * f.a + b.b * (1 - f.a), a: 1 });
  for (const e of seen) {
    if (!shown(e) || e.closest("[disabled], svg, canvas, option, .visually-hidden")) continue;
    const style = getComputedStyle(e);
    let ground = null, unknown = false;
    const layers = [];
    for (let p = e; p; p = p.parentElement) {
      const s = getComputedStyle(p);
      if (s.backgroundImage !== "none" && !s.backgroundImage.startsWith("url")) { unknown = true; break; }
      const c = rgb(s.backgroundColor);
      if (c && c.a > 0) { layers.push(c); if (c.a === 1) { ground = c; break; } }
    }
    if (unknown) continue;
    let base = ground ? layers.pop() : { r: 255, g: 255, b: 255, a: 1 };
    for (const layer of layers.reverse()) base = over(layer, base);
    const ink = over(rgb(style.color), base);
    const [hi, lo] = [lum(ink), lum(base)].sort((a, b) => b - a);
    const ratio = (hi + 0.05) / (lo + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.02) faults.push(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
  }

  // charts and inline code
  for (const e of document.querySelectorAll("[data-chart]")) if (shown(e) && !e.querySelector("canvas")) faults.push(`chart: ${name(e)} is not drawn`);
  for (const e of document.querySelectorAll("script:not([src]):not([type='application/json']):not([type='application/ld+json']), style")) {
    if (!e.closest("svg")) faults.push(`inline: ${name(e)}`);
  }
  for (const e of document.querySelectorAll("*")) for (const a of e.attributes) if (a.name.startsWith("on")) faults.push(`inline: ${name(e)} ${a.name}`);
  return [...new Set(faults)];
}
