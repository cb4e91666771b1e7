import assert from "node:assert/strict";
import { test } from "node:test";

import { act, free, sheet, type Action, type Container, type Scene } from "../src/simulators/lifecycle-model.ts";
import { Project } from "../src/simulators/layers-model.ts";
import { rows, said, size, time } from "../src/simulators/machines-model.ts";
import { arrow, part, pause, within } from "../src/simulators/run-steps-model.ts";

const place = (number: number, state: Container["state"], lines: number) => ({ name: `web-${number}`, state, lines });
const scene: Scene = {
  image: "nginx",
  name: "web",
  file: "/notes.txt",
  containers: [place(1, "running", 0), place(2, "exited", 1), place(3, "removed", 1)],
};
const perform = (containers: Container[], action: Action) => {
  const outcome = act(scene, containers, action, 4);
  assert.ok(outcome, `${action.do} can be done`);
  return outcome;
};

test("a file stays through stop and start, and goes with its container", () => {
  let outcome = perform(scene.containers, { do: "write", at: 0 });
  assert.match(outcome.command, /^docker exec web-1 sh -c 'date >> \/notes\.txt'$/);
  outcome = perform(outcome.containers, { do: "stop", at: 0 });
  assert.deepEqual(outcome.containers[0], place(1, "exited", 1));
  assert.match(outcome.said, /stays/);
  outcome = perform(outcome.containers, { do: "start", at: 0 });
  assert.deepEqual(outcome.containers[0], place(1, "running", 1));
  outcome = perform(perform(outcome.containers, { do: "stop", at: 0 }).containers, { do: "remove", at: 0 });
  assert.equal(outcome.command, "docker rm web-1");
  assert.match(outcome.said, /gone, and so is its writable layer with \/notes\.txt/);
  assert.equal(sheet(outcome.containers[0]!), "gone");
});

test("what is written into one container is in no other", () => {
  const { containers } = perform(scene.containers, { do: "write", at: 0 });
  assert.deepEqual(containers.slice(1), scene.containers.slice(1));
});

test("a new container takes the first free place and begins with an empty layer", () => {
  const outcome = perform(scene.containers, { do: "run" });
  assert.deepEqual(outcome.containers[2], place(4, "running", 0));
  assert.equal(outcome.command, "docker run -d --name web-4 nginx");
  assert.equal(free(outcome.containers), -1);
  assert.equal(act(scene, outcome.containers, { do: "run" }, 5), undefined);
});

test("the engine refuses what it would refuse, and nothing changes", () => {
  for (const action of [{ do: "remove", at: 0 }, { do: "write", at: 1 }] as const) {
    const outcome = perform(scene.containers, action);
    assert.equal(outcome.refused, true);
    assert.match(outcome.said, /^The engine refuses\. /);
    assert.equal(outcome.containers, scene.containers);
  }
  assert.equal(act(scene, scene.containers, { do: "write", at: 2 }, 4), undefined);
  assert.equal(act(scene, scene.containers, { do: "stop", at: 9 }, 4), undefined);
});

const costs = {
  shown: 3,
  most: 4,
  vm: { memory: 512, disk: 2000, seconds: 20 },
  container: { memory: 10, disk: 1, seconds: 0.5 },
  app: { memory: 100, disk: 150, seconds: 0 },
};

test("each virtual machine adds a kernel and a system, a container only itself", () => {
  const three = rows(costs, 3);
  assert.deepEqual(three["kernels"]?.words, ["4", "1"]);
  assert.deepEqual(three["memory"]?.words, ["1.8 GB", "330 MB"]);
  assert.deepEqual(three["disk"]?.words, ["6.5 GB", "453 MB"]);
  assert.deepEqual(rows(costs, 4)["memory"]?.shares[0], 100);
  assert.match(said(costs, 1), /^1 app: 2 kernels and 612 MB/);
});

test("sizes and times are short", () => {
  assert.deepEqual([size(9.6), size(999.6), size(2150)], ["10 MB", "1.0 GB", "2.1 GB"]);
  assert.deepEqual([time(0.5), time(9.96), time(90)], ["0.5 s", "10 s", "90 s"]);
});

test("parts appear, stay and go; step 0 shows all of them", () => {
  assert.equal(part(0, 9, 12), undefined);
  assert.deepEqual([8, 9, 10, 12].map((step) => part(step, 9, 12)), ["ahead", "now", "past", "gone"]);
  assert.deepEqual([0, 2, 3].map((step) => arrow(step, [2, 5])), [undefined, "now", "off"]);
  assert.deepEqual([-1, 13].map((step) => within(step, 12)), [0, 12]);
  assert.ok(pause("a b c d e f g h i j") > 4000);
});

const project = () => new Project({ dockerfile: "FROM a\n", files: ["app.py", "b.txt"], edited: ["app.py"], seconds: {}, took: [2, 1] });
const last = (it: Project) => it.builds.at(-1)!.files;

test("a project begins with two builds, and nothing has changed since", () => {
  const it = project();
  assert.equal(it.builds.length, 2);
  assert.notEqual(it.builds[0]!.files["app.py"], last(it)["app.py"]);
  assert.equal(it.builds[0]!.files["b.txt"], last(it)["b.txt"]);
  assert.deepEqual([it.changed("app.py"), it.version("app.py"), it.version("b.txt")], [false, 2, 1]);
});

test("undoing brings back the very content, and editing after it a new one", () => {
  const it = project();
  it.undo("app.py");
  assert.equal(it.canUndo("app.py"), false);
  assert.equal(it.changed("app.py"), true);
  it.build("FROM a\n");
  assert.deepEqual(last(it), it.builds[0]!.files);
  it.edit("app.py");
  assert.equal(it.version("app.py"), 3);
  it.build("FROM a\n");
  assert.notDeepEqual(last(it), it.builds[1]!.files);
});

test("a build that could not be read is forgotten, and the oldest are after many", () => {
  const it = project();
  it.build("NONSENSE");
  it.forget();
  assert.equal(it.builds.length, 2);
  for (let at = 0; at < 200; at += 1) it.build(`FROM a\n# ${at}\n`);
  const history = JSON.parse(it.history()) as { builds: { dockerfile: string }[] };
  assert.equal(history.builds.length, 100);
  assert.match(history.builds.at(-1)!.dockerfile, /# 199/);
});
