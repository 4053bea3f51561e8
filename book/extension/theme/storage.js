// What the theme's scripts keep: in the browser's storages, or where these are forbidden or full as long as the page is open.
const themeKept = (() => {
  class Kept {
    memory = new Map();
    constructor(storage) {
      this.storage = storage;
    }
    tried(name, ...given) {
      try {
        return window[this.storage][name](...given);
      } catch {
        return null;
      }
    }
    getItem(key) {
      return this.memory.get(key) ?? this.tried("getItem", key);
    }
    setItem(key, value) {
      this.memory.set(key, String(value));
      this.tried("setItem", key, value);
    }
    removeItem(key) {
      this.memory.delete(key);
      this.tried("removeItem", key);
    }
  }
  return { localStorage: new Kept("localStorage"), sessionStorage: new Kept("sessionStorage") };
})();
