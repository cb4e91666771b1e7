// The labs, done by hand: commands typed into the terminal, answers given on the page, until every check has ticked.

import { answersOf } from "../support/answers.ts";
import { expect, test } from "../support/fixtures.ts";
import { IN_A_CONTAINER } from "../support/lab.ts";

test.describe.configure({ timeout: 240_000 });

test("exploring the runtime", async ({ lab }) => {
  const answers = answersOf("exploring-the-runtime");
  await lab.open("exploring-the-runtime");
  await lab.start();

  await lab.run("docker run -it --name explorer python:3.13-slim bash", IN_A_CONTAINER);
  await lab.passes("explorer-made");

  expect(await lab.run("python --version", IN_A_CONTAINER)).toContain("Python 3.13");
  expect(await lab.run("cat /etc/os-release", IN_A_CONTAINER)).toContain("trixie");
  expect(await lab.run("echo shell-$$", IN_A_CONTAINER)).toContain("shell-1\n");
  for (const id of ["python-version", "os-name", "shell-is-one"]) await lab.answer(id, answers.get(id)!);

  await lab.run("echo 'I was here' > /note.txt", IN_A_CONTAINER);
  await lab.passes("note-written");
  await lab.run("exit");
  await lab.passes("explorer-left");

  expect(await lab.run("docker run python:3.13-slim cat /note.txt")).toContain("No such file");
  await lab.run("docker run -it --name second python:3.13-slim bash", IN_A_CONTAINER);
  await lab.run("ls /", IN_A_CONTAINER);
  await lab.run("exit");
  await lab.passes("second-made");
  await lab.answer("why-gone", answers.get("why-gone")!);

  await lab.run("docker start -ai explorer", IN_A_CONTAINER);
  expect(await lab.run("cat /note.txt", IN_A_CONTAINER)).toContain("I was here");
  await lab.run("echo 'and again' > /back-again.txt", IN_A_CONTAINER);
  await lab.run("exit");
  await lab.passes("back-again");
  await lab.answer("what-was-it", answers.get("what-was-it")!);

  await lab.run("docker ps -a --format '{{.Names}}' | grep -vx -e explorer -e second | xargs -r docker rm");
  await lab.passes("tidied-up");
  await lab.answer("rm-option", answers.get("rm-option")!);
  await lab.everyCheckPasses();
});

test("build your first image", async ({ lab }) => {
  const answers = answersOf("first-image");
  await lab.open("first-image");
  await lab.start();

  await lab.run("cd ~/hello && ls");
  await lab.run(`printf 'FROM python:3.13-slim\\nWORKDIR /app\\nCOPY hello.py .\\nCMD ["python", "hello.py"]\\n' > Dockerfile`);
  await lab.passes("dockerfile-written");
  await lab.run("docker build -t hello:v1 .");
  expect(await lab.run("docker run --rm hello:v1")).toContain("Hello, world!");
  for (const id of ["v1-prints", "v1-made-well", "v1-exec-form"]) await lab.passes(id);

  expect(await lab.run("docker run --name greeter -e NAME=Ada hello:v1")).toContain("Ada");
  await lab.passes("greeted-by-name");
  expect(await lab.run("docker image history hello:v1")).toContain("COPY hello.py");
  for (const id of ["settings-only", "base-lines"]) await lab.answer(id, answers.get(id)!);

  await lab.run(`sed -i 's/"Hello"/"Ahoy"/' hello.py && docker build -q -t hello:v2 .`);
  expect(await lab.run("docker run --rm hello:v2")).toContain("Ahoy, world!");
  await lab.passes("two-versions");

  await lab.run("docker tag hello:v2 hello:stable && docker run --rm hello:stable");
  await lab.run("docker tag hello:v1 hello:stable && docker images hello");
  await lab.passes("rolled-back");
  await lab.answer("what-is-a-tag", answers.get("what-is-a-tag")!);
  await lab.everyCheckPasses();
});

test("layer caching", async ({ lab }) => {
  const answers = answersOf("layer-caching");
  await lab.open("layer-caching");
  await lab.start();

  await lab.run("cd ~/report && cat Dockerfile");
  await lab.run("docker build -t report:v1 .");
  expect(await lab.run("docker run --rm report:v1")).toContain("ships arrive today");
  expect(await lab.run("docker build --progress=plain -t report:v1 .")).toContain("CACHED");
  await lab.passes("v1-built");
  await lab.answer("second-build", answers.get("second-build")!);

  await lab.run("sed -i 's/Good morning/Good evening/' report.py && docker build -t report:v2 .");
  await lab.passes("v2-built");
  for (const id of ["which-reran", "why-reran"]) await lab.answer(id, answers.get(id)!);

  await lab.run(
    "printf 'FROM python:3.13-slim\\nWORKDIR /app\\nCOPY requirements.txt .\\n" +
      "RUN pip install --no-cache-dir -r requirements.txt\\nCOPY . .\\n" +
      `CMD ["python", "report.py"]\\n' > Dockerfile`,
  );
  await lab.run("docker build -t report:v3 .");
  for (const id of ["v3-built", "reordered"]) await lab.passes(id);
  await lab.run("sed -i 's/Good evening/Good night/' report.py && docker build -t report:v4 .");
  await lab.run("sed -i 's/Good night/Good evening/' report.py && docker build -t report:v5 .");
  await lab.run("echo requests >> requirements.txt && docker build -t report:v6 .");
  for (const id of ["what-saved", "revert-hit"]) await lab.answer(id, answers.get(id)!);
  await lab.everyCheckPasses();
});

test("data that survives", async ({ lab }) => {
  const answers = answersOf("data-that-survives");
  await lab.open("data-that-survives");
  await lab.start();

  await lab.run("docker build -q -t logbook:v1 logbook");
  await lab.run("docker run --name watch-1 logbook:v1; docker run --name watch-2 logbook:v1");
  await lab.answer("why-one-entry", answers.get("why-one-entry")!);

  await lab.run("docker volume create harbour-log");
  await lab.run("docker run --name watch-3 -v harbour-log:/data logbook:v1");
  await lab.run("docker run --name watch-4 -v harbour-log:/data logbook:v1");
  for (const id of ["mount-type", "mountpoint"]) await lab.answer(id, answers.get(id)!);

  await lab.run("docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt");
  await lab.run("docker rm watch-3 watch-4");
  expect(await lab.run("docker volume rm harbour-log")).toContain("volume is in use");
  await lab.answer("why-refused", answers.get("why-refused")!);

  await lab.run("mkdir -p backup");
  await lab.run('docker run --rm -v harbour-log:/data:ro -v "$PWD/backup:/backup" busybox tar -cf /backup/logbook.tar -C /data .');
  expect(await lab.run("tar -tf backup/logbook.tar")).toContain("logbook.txt");

  await lab.run("docker rm reader && docker volume rm harbour-log");
  await lab.run("docker volume create --label restored=yes harbour-log");
  await lab.run('docker run --rm -v harbour-log:/data -v "$PWD/backup:/backup:ro" busybox tar -xf /backup/logbook.tar -C /data');
  await lab.run("docker run --name reader -v harbour-log:/data:ro busybox cat /data/logbook.txt");
  await lab.answer("prune-named", answers.get("prune-named")!);
  await lab.everyCheckPasses();
});

test("a web application, seen in the preview", async ({ page, lab, watch }) => {
  // The first answer is the page that says why there is none.
  watch.expect(/50[234]/);
  await lab.open("web-application");
  await lab.start();
  await lab.run("cd ~/board");
  await lab.run(
    `printf 'FROM python:3.13-slim\\nENV PYTHONUNBUFFERED=1\\nWORKDIR /app\\nCOPY requirements.txt .\\nRUN pip install --no-cache-dir -r requirements.txt\\nCOPY app.py .\\nEXPOSE 8000\\nCMD ["python", "app.py"]\\n' > Dockerfile`,
  );
  await lab.run("docker build -q -t board:v1 .");
  await lab.run("docker run -d --name board -p 8080:8000 board:v1");
  await page.keyboard.press("Control+3");
  const pane = page.getByRole("region", { name: "Preview" });
  const app = pane.frameLocator("iframe");
  await expect(app.getByRole("heading", { name: /board listens to itself only/ })).toBeVisible({ timeout: 60_000 });

  await lab.run(`sed -i 's/host="127.0.0.1"/host="0.0.0.0"/' app.py`);
  await lab.run("docker build -q -t board:v2 . && docker rm -f board && docker run -d --name board -p 8080:8000 board:v2");
  await pane.getByRole("button", { name: "8080 board" }).click();
  await expect(async () => {
    await pane.getByRole("button", { name: "Reload" }).click();
    await expect(app.getByRole("heading", { name: "Harbour of Bergen" })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await page.screenshot({ path: "../../test-results/screens/preview-flask.png" });
});
