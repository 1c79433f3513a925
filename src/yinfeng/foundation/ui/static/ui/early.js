// Before the first paint: what this person chose for the sider and the density of tables.
(() => {
  const root = document.documentElement;
  for (const [key, attribute] of [["yf-sider", "sider"], ["yf-density", "density"]]) {
    try {
      const kept = localStorage.getItem(key);
      if (kept) root.dataset[attribute] = kept;
    } catch {
      /* storage may be forbidden: the defaults serve */
    }
  }
})();
