// node's https: one line in (id, host, port, roots), one JSON line out. Every name leads to loopback.
import { readFileSync } from "node:fs";
import https from "node:https";
import { createInterface } from "node:readline";
import { inspect } from "node:util";

const toLoopback = (_host, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

const talk = (host, port, roots) =>
  new Promise((resolve) => {
    const request = https.get(
      { host, port, path: "/", ca: readFileSync(roots), lookup: toLoopback, agent: false, timeout: 10000 },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve({ accepted: true, output: "" }));
      },
    );
    request.on("error", (error) => resolve({ accepted: false, output: inspect(error, { depth: 0 }) }));
    request.on("timeout", () => request.destroy(new Error("no answer in 10 s")));
  });

for await (const line of createInterface({ input: process.stdin })) {
  const [id, host, port, roots] = line.split("\t");
  console.log(JSON.stringify({ id, ...(await talk(host, port, roots)) }));
}
