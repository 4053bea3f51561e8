// node squeeze.mjs <workers>: reads lines "file TAB target" and writes target.br and target.gz at the highest quality.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const LARGE = 20_000_000; // above it the last step costs minutes
const WAYS = {
  br: (data) => promisify(brotliCompress)(data, { params: {
    [constants.BROTLI_PARAM_QUALITY]: data.length < LARGE ? 11 : 9, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } }),
  gz: (data) => promisify(gzip)(data, { level: 9 }),
};
const jobs = readFileSync(0, "utf8").trim().split("\n").flatMap((line) => {
  const [file, target] = line.split("\t");
  return Object.keys(WAYS).map((end) => ({ file, end, target: `${target}.${end}` }));
});

async function work() {
  for (let job; (job = jobs.shift()); ) {
    const packed = await WAYS[job.end](readFileSync(job.file));
    writeFileSync(`${job.target}.part`, packed);
    renameSync(`${job.target}.part`, job.target);
  }
}
await Promise.all(Array.from({ length: Number(process.argv[2]) || 1 }, work));
