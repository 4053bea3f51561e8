import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled } from "./bundled.js";

const { launch } = await bundled();

test("a hub's address is taken as people copy it", () => {
  for (const [text, address] of [
    ["https://hub.example.org", "https://hub.example.org"],
    [" https://hub.example.org/ ", "https://hub.example.org"],
    ["hub.example.org", "https://hub.example.org"],
    ["https://hub.example.org/hub/login?next=%2Fhub%2F", "https://hub.example.org"],
    ["https://example.org/jupyter/user/ana/lab/tree/x.ipynb#top", "https://example.org/jupyter"],
    ["https://example.org/jupyter/hub/user-redirect/git-pull?repo=x", "https://example.org/jupyter"],
    ["http://10.0.0.7:8000/hub/home", "http://10.0.0.7:8000"],
    ["localhost:8000", "https://localhost:8000"],
    ["https://bücher.example.org", "https://xn--bcher-kva.example.org"],
  ]) assert.equal(launch.hub(text), address, text);
});

test("what is no hub's address is refused", () => {
  for (const text of ["", " ", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://hub.example.org", "vbscript:x",
    "https://", "https://user:secret@hub.example.org", "https://user@hub.example.org", "https://hub.example org", "https://hub.example.org/\"onclick=x", "https://hub.example.org/'x",
    "<script>alert(1)</script>", "https://hub.example.org/\\evil", "https://hub.example.org/\nx", "https://hub.example.org:99999", "https://[::1"]) assert.equal(launch.hub(text), null, text);
});
