// The area where a lab is handed in: for what, what goes along, how far the grading is, what came of it, and what was
// handed in before.

import { element } from "../dialog.ts";
import {
  type Assignment,
  type Check,
  moment,
  type Overview,
  plural,
  points,
  size,
  standing,
  type Submission,
  terms,
} from "./model.ts";

/** Between two looks at a submission that is not graded yet. */
const LOOK_MS = 1000;
/** Files that are listed by name. */
const LISTED = 100;

const WHERE = {
  live: "Your machine is looked at as it stands: keep it as it is until the result is there.",
  clean: "Your files are put into a fresh machine, built and started there, and looked at.",
};

interface Files {
  files: { path: string; size: number; kind: string }[];
}

export class HandIn {
  private readonly target = element("select", { id: "hand-in-for" });
  private readonly chooser = element("p", { class: "hand-in-for" });
  private readonly terms = element("p", { class: "hand-in-terms" });
  private readonly where = element("p", { class: "hand-in-where" });
  private readonly files = element("ul", { class: "hand-in-files" });
  private readonly along = element("details", { class: "hand-in-along" });
  private readonly button = element("button", { type: "button", class: "button primary", id: "hand-in" }, "Hand in");
  private readonly said = element("p", { class: "hand-in-said", role: "status" });
  private readonly result = element("div", { class: "hand-in-result" });
  private readonly earlier = element("ol", { class: "hand-in-earlier", reversed: "" });
  private readonly history = element("details", { class: "hand-in-history" });
  private readonly section: HTMLElement | null;
  private session = "";
  private overview: Overview | undefined;
  /** The submission that is waited for. */
  private followed = "";
  private busy = false;

  constructor(host: HTMLElement) {
    this.section = host.closest("section");
    this.chooser.append(element("label", { for: "hand-in-for" }, "Hand in for "), this.target);
    this.along.append(
      element("summary", {}, "What is handed in"),
      element(
        "p",
        {},
        "The files of your home folder, what your engine has (images, containers, volumes, networks, and what containers printed), your answers, and the checks as you see them now.",
      ),
      this.files,
    );
    this.history.append(element("summary", {}, "Handed in before"), this.earlier);
    host.replaceChildren(
      this.chooser,
      this.terms,
      this.where,
      this.along,
      element("p", { class: "hand-in-go" }, this.button),
      this.said,
      this.result,
      this.history,
    );
    this.along.addEventListener("toggle", () => this.along.open && void this.listFiles());
    this.target.addEventListener("change", () => this.choose());
    this.button.addEventListener("click", () => void this.handIn());
  }

  /** There is a machine, perhaps another one. */
  wake(session: string): void {
    this.button.disabled = false;
    if (session === this.session) return;
    this.session = session;
    void this.refresh();
  }

  /** There is no machine any more: what was handed in is still followed. */
  rest(): void {
    this.session = "";
    this.button.disabled = true;
  }

  private async refresh(): Promise<void> {
    const overview = await get<Overview>(`${this.session}/submissions`);
    if (!overview) return;
    this.overview = overview;
    if (this.section) this.section.hidden = false;
    const chosen = this.target.value;
    this.target.replaceChildren(
      ...overview.assignments.map((task) => element("option", { value: task.id }, task.class)),
      element("option", { value: "" }, "Practice"),
    );
    const first = overview.assignments.find((task) => !task.refused);
    const known = overview.assignments.some((task) => task.id === chosen);
    this.target.value = known ? chosen : (first?.id ?? overview.assignments[0]?.id ?? "");
    this.chooser.hidden = overview.assignments.length === 0;
    this.choose();
    this.list();
    const latest = overview.submissions[0];
    if (latest && !isOver(latest.state)) void this.follow(latest.id);
  }

  private get task(): Assignment | undefined {
    return this.overview?.assignments.find((task) => task.id === this.target.value);
  }

  private choose(): void {
    const { task } = this;
    const hidden = this.overview?.hidden_checks ?? 0;
    const said = task
      ? [...terms(task), ...(task.refused ? [task.refused] : [])]
      : ["Practice: graded in the same way, and counts nowhere."];
    if (hidden > 0) said.push(`${plural(hidden, "check")} that you do not see here ${hidden === 1 ? "counts" : "count"} too.`);
    this.terms.textContent = said.join(" ");
    this.where.textContent = WHERE[task?.grading ?? this.overview?.practice ?? "live"];
    this.button.disabled = this.busy || !this.session || Boolean(task?.refused);
  }

  private list(): void {
    const rows = (this.overview?.submissions ?? []).map((one) => {
      const task = this.overview?.assignments.find((task) => task.id === one.assignment);
      const link = element("a", { href: `/submissions/${one.id}` }, `${moment(one.submitted_at)}`);
      return element("li", {}, link, `, ${task ? task.class : "practice"}: ${standing(one)}`);
    });
    this.earlier.replaceChildren(...rows);
    this.history.hidden = rows.length === 0;
  }

  private async listFiles(): Promise<void> {
    const listed = await get<Files>(`${this.session}/files`);
    if (!listed) return;
    const files = listed.files.filter((file) => file.kind === "file" && !file.path.startsWith(".solution/"));
    const rows = files.slice(0, LISTED).map((file) =>
      element("li", {}, element("code", {}, file.path), ` ${size(file.size)}`),
    );
    if (files.length > LISTED) rows.push(element("li", {}, `and ${files.length - LISTED} more`));
    if (rows.length === 0) rows.push(element("li", {}, "There are no files yet."));
    this.files.replaceChildren(...rows);
  }

  private async handIn(): Promise<void> {
    const assignment = this.target.value;
    this.setBusy(true);
    this.say("Taking your files and the state of your engine…");
    this.result.replaceChildren();
    const body = JSON.stringify(assignment ? { assignment } : {});
    const headers = { accept: "application/json", "content-type": "application/json" };
    try {
      const answer = await fetch(`${this.session}/submit`, { method: "POST", headers, body });
      const told = (await answer.json()) as Submission & { detail?: string };
      if (answer.status === 202) {
        void this.refresh();
        await this.follow(told.id);
      } else {
        this.say(told.detail ?? "It could not be handed in. Try again.", true);
      }
    } catch {
      this.say("The server did not answer. Look at “Handed in before” once it does: nothing is stored twice.", true);
    } finally {
      this.setBusy(false);
    }
  }

  /** Looks at a submission until it is graded; a server that is away for a while is waited for. */
  private async follow(id: string): Promise<void> {
    if (this.followed === id) return;
    this.followed = id;
    this.setBusy(true);
    for (let wait = LOOK_MS; this.followed === id; wait = Math.min(wait * 1.2, 5 * LOOK_MS)) {
      const seen = await get<Submission>(`/api/v1/submissions/${id}`);
      if (seen) {
        this.show(seen);
        if (isOver(seen.state)) break;
      } else {
        this.say("The server does not answer. What you handed in is stored; this goes on by itself.");
      }
      await new Promise((done) => setTimeout(done, wait));
    }
    this.followed = "";
    this.setBusy(false);
    if (this.session) void this.refresh();
  }

  private show(seen: Submission): void {
    this.say(standing(seen), seen.state === "error");
    if (!isOver(seen.state)) return;
    const parts: HTMLElement[] = [];
    if (seen.fault) {
      parts.push(
        element("p", {}, seen.fault),
        element("p", {}, "This costs no attempt. Hand in again; your instructor can also have this one graded once more."),
      );
    }
    if (seen.note) parts.push(element("pre", { class: "hand-in-note", tabindex: "0" }, seen.note));
    if (seen.checks.length > 0) parts.push(element("ul", { class: "graded-checks" }, ...seen.checks.map(row)));
    parts.push(element("p", {}, element("a", { href: `/submissions/${seen.id}` }, "This result on a page of its own")));
    this.result.replaceChildren(...parts);
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.choose();
  }

  private say(text: string, bad = false): void {
    if (this.said.textContent !== text) this.said.textContent = text;
    this.said.dataset["state"] = bad ? "bad" : "";
  }
}

const WORDS = { pass: "Passed", fail: "Failed", error: "Not judged" };

function row(check: Check): HTMLElement {
  const item = element(
    "li",
    { "data-state": check.state },
    element("span", { class: "graded-state" }, WORDS[check.state]),
    element("span", { class: "graded-title" }, check.title),
    element("span", { class: "graded-points" }, `${points(check.earned)} of ${points(check.points)}`),
  );
  const why = check.hidden ? "It counts when a lab is handed in. What it looks at is not told." : check.state === "pass" ? "" : check.found;
  if (why) item.append(element("p", { class: "graded-found" }, why));
  return item;
}

const isOver = (state: Submission["state"]): boolean => state === "graded" || state === "error";

async function get<T>(url: string): Promise<T | undefined> {
  try {
    const answer = await fetch(url, { headers: { accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}
