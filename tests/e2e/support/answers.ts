// What an author gave as the right answers of a lab: solution/answers.yaml, which `drydock verify` proves.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../../support/server.mjs";

export function answersOf(lab: string): Map<string, string> {
  const course = join(ROOT, "content/docker");
  for (const module of readdirSync(course)) {
    const file = join(course, module, "labs", lab, "solution/answers.yaml");
    let text;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue;
    }
    // One `id: answer` a line; quotes where YAML wants them.
    return new Map(
      [...text.matchAll(/^([a-z0-9-]+): (.+)$/gm)].map(([, id, answer]) => [id!, answer!.replace(/^(["'])(.*)\1$/, "$2")]),
    );
  }
  throw new Error(`no solution/answers.yaml of the lab ${lab} below ${course}`);
}
