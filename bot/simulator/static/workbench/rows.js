// Lists that change while one looks at them: only what is new or different is drawn.

const stamps = new WeakMap();

/**
 * Make `list` show these rows in this order. A row is `{key, stamp, make}`: an element for the same
 * key and stamp stays as it is, with its focus and its scroll; any other is made anew.
 */
export function showRows(list, rows) {
  const standing = new Map([...list.children].map((element) => [element.dataset.key, element]));
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  let at = list.firstElementChild;
  for (const { key, stamp, make } of rows) {
    const old = standing.get(key);
    standing.delete(key);
    if (old && stamps.get(old) === stamp) {
      if (old === at) at = at.nextElementSibling;
      else {
        list.insertBefore(old, at);
        if (old.contains(focused)) focused.focus({ preventScroll: true }); // a moved element loses it
      }
      continue;
    }
    const made = make();
    made.dataset.key = key;
    stamps.set(made, stamp);
    if (!old) {
      list.insertBefore(made, at);
      continue;
    }
    const name = old.contains(focused) ? focused.dataset.part : undefined;
    if (old === at) at = at.nextElementSibling;
    old.replaceWith(made);
    if (old.contains(focused)) (made.querySelector(`[data-part="${CSS.escape(name ?? "")}"]`) ?? made.querySelector("button"))?.focus();
  }
  for (const gone of standing.values()) gone.remove();
}
