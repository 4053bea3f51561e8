// What the theme's scripts keep: in the browser's storage, or where that is forbidden or full as long as the page is open.
const themeStorage = {
  memory: new Map(),
  tried(name, key, value) {
    try {
      return localStorage[name](key, value);
    } catch {
      return null;
    }
  },
  getItem(key) {
    return this.memory.get(key) ?? this.tried("getItem", key);
  },
  setItem(key, value) {
    this.memory.set(key, String(value));
    this.tried("setItem", key, value);
  },
  removeItem(key) {
    this.memory.delete(key);
    this.tried("removeItem", key);
  },
};
