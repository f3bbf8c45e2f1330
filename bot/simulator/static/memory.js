// What the browser remembers: of this tab (drafts, places in a chat), and for good (language, appearance).

function shelf(name) {
  return {
    /** The value that was put there, or null. */
    get(key) {
      try {
        return JSON.parse(window[name].getItem(`simulator.${key}`));
      } catch {
        return null; // a private window, or what another version of this page had put there
      }
    },
    /** Remember a value; null forgets it. Where the browser refuses, it lasts for this page only. */
    put(key, value) {
      try {
        if (value === null) window[name].removeItem(`simulator.${key}`);
        else window[name].setItem(`simulator.${key}`, JSON.stringify(value));
      } catch {
        // private window or full: not remembered
      }
    },
  };
}

export const ofTab = shelf("sessionStorage");
export const forGood = shelf("localStorage");
