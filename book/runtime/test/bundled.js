// The sources as Node can import them: the palette's JSON is bundled in, as in the page.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL("../src/", import.meta.url));
const NAMES = ["address", "answers", "engine", "launch", "live", "look", "math", "size", "states", "status", "store"];

export async function bundled() {
  const lines = NAMES.map((name) => `export * as ${name} from "./${name}.js";`);
  const contents = `${lines.join("\n")}\nexport { default as palette } from "../../../code/miniatures/palette.json";`;
  const { outputFiles } = await build({ stdin: { contents, resolveDir: HERE }, bundle: true, write: false, format: "esm", platform: "node" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}
