// The boxes of the engine map: one for each image, container, volume and network, with its facts and the commands
// that show them.

import { element } from "../dialog.ts";
import { port, shortName, size, state, word, type ContainerBox, type EngineMap, type ImageBox, type NetworkBox, type VolumeBox } from "./model.ts";

/** A box as it is to be drawn. */
export interface Box {
  /** What it is across snapshots. */
  key: string;
  kind: "image" | "container" | "volume" | "network";
  name: string;
  /** The line below the name. */
  sub: string;
  /** `running`, `exited`… of a container; `idle` for what every engine has. */
  state: string;
  /** Small marks on the box: ports of a container. */
  marks: { text: string; host: number | null }[];
  facts: [string, string][];
  commands: string[];
  /** Keys of the boxes that it is joined with, to the right of it. */
  joins: { key: string; kind: string }[];
}

const key = (kind: Box["kind"], name: string) => `${kind} ${name}`;
const time = (seconds: number) => new Date(seconds * 1000).toLocaleString();

/** Every object of the engine as a box. */
export function boxes(map: EngineMap): Box[] {
  return [
    ...map.images.map((one) => image(one, map)),
    ...map.containers.map(container),
    ...map.volumes.map((one) => volume(one, map)),
    ...map.networks.map((one) => network(one, map)),
  ];
}

function image(one: ImageBox, map: EngineMap): Box {
  const users = map.containers.filter((container) => container.image_id === one.id);
  const name = one.tags[0] ?? "<none>";
  const ref = word(one.tags[0] ?? "", one.id);
  return {
    key: key("image", one.id),
    kind: "image",
    name,
    sub: size(one.size),
    state: one.tags.length === 0 ? "dangling" : "",
    marks: [],
    facts: [
      ...(one.tags.length > 1 ? [["Also named", one.tags.slice(1).join(", ")] as [string, string]] : []),
      ["ID", one.id],
      ["Made", time(one.created)],
      ["Used by", users.map(({ name }) => name).join(", ") || "no container"],
    ],
    commands: [`docker image history ${ref}`, `docker image inspect ${ref}`],
    joins: users.map(({ id }) => ({ key: key("container", id), kind: "image" })),
  };
}

function container(one: ContainerBox): Box {
  const ref = word(one.name, one.id);
  const facts: [string, string][] = [
    ["Image", one.image],
    ["Command", one.command],
    ["State", state(one)],
  ];
  if (one.ports.length > 0) facts.push(["Ports", one.ports.map(port).join(", ")]);
  for (const mount of one.mounts) {
    facts.push([mount.destination, `${mount.kind} ${shortName(mount.source)}${mount.read_only ? ", read-only" : ""}`]);
  }
  for (const { name, address } of one.networks) facts.push([`Network ${name}`, address || "not joined while it does not run"]);
  return {
    key: key("container", one.id),
    kind: "container",
    name: one.name,
    sub: state(one),
    state: one.health === "unhealthy" ? "unhealthy" : one.state === "exited" && one.exit_code ? "failed" : one.state,
    marks: one.ports.filter(({ host }) => host).map((one) => ({ text: port(one), host: one.protocol === "tcp" ? one.host : null })),
    facts,
    commands: [`docker inspect ${ref}`, `docker logs ${ref}`, "docker ps -a"],
    joins: [
      ...one.mounts.filter(({ kind }) => kind === "volume").map(({ source }) => ({ key: key("volume", source), kind: "volume" })),
      ...one.networks.map(({ name }) => ({ key: key("network", name), kind: "network" })),
    ],
  };
}

function volume(one: VolumeBox, map: EngineMap): Box {
  const users = map.containers.filter(({ mounts }) => mounts.some(({ kind, source }) => kind === "volume" && source === one.name));
  return {
    key: key("volume", one.name),
    kind: "volume",
    name: shortName(one.name),
    sub: one.anonymous ? "anonymous" : "",
    state: "",
    marks: [],
    facts: [
      ["Driver", one.driver],
      ["Used by", users.map(({ name }) => name).join(", ") || "no container: its data stays until it is removed"],
    ],
    commands: [`docker volume inspect ${word(one.name, "")}`, "docker volume ls"],
    joins: [],
  };
}

function network(one: NetworkBox, map: EngineMap): Box {
  const users = map.containers.filter(({ networks }) => networks.some(({ name }) => name === one.name));
  return {
    key: key("network", one.name),
    kind: "network",
    name: one.name,
    sub: one.subnet,
    state: one.predefined && users.length === 0 ? "idle" : "",
    marks: [],
    facts: [
      ["Driver", one.driver],
      ["Way out", one.internal ? "none: internal" : one.driver === "null" ? "none" : "yes"],
      ["Containers", users.map(({ name }) => name).join(", ") || "none"],
      ...(one.predefined ? [["Made by", "the engine itself"] as [string, string]] : []),
    ],
    commands: [`docker network inspect ${word(one.name, "")}`, "docker network ls"],
    joins: [],
  };
}

/** What the panes' boxes can do. */
export interface Does {
  run(command: string): void;
  open(port: number): void;
}

/** Draws a box into its element, which stays the same across snapshots; what is open stays open. */
export function fill(item: HTMLElement, box: Box, does: Does): void {
  const looks = JSON.stringify([box.name, box.sub, box.state, box.marks, box.facts, box.commands]);
  if (item.dataset["looks"] === looks) return;
  item.dataset["looks"] = looks;
  item.className = "engine-box";
  item.dataset["kind"] = box.kind;
  item.dataset["state"] = box.state;
  item.dataset["name"] = box.name;
  const before = item.querySelector("details");
  const focused = item.contains(document.activeElement) ? item.querySelector("summary") === document.activeElement : false;
  const marks = box.marks.map(({ text }) => element("span", { class: "engine-mark" }, text));
  const summary = element(
    "summary",
    {},
    element("span", { class: "engine-name" }, box.name),
    element("span", { class: "engine-sub" }, box.sub),
    ...marks,
  );
  const facts = element(
    "dl",
    { class: "engine-facts" },
    ...box.facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
  const commands = box.commands
    .filter((command) => !command.endsWith(" "))
    .map((command) => {
      const button = element("button", { type: "button", class: "engine-run", "aria-label": `Run ${command}`, title: "Type it into the terminal" }, "▸");
      button.addEventListener("click", () => does.run(command));
      return element("p", { class: "engine-command" }, element("code", {}, command), button);
    });
  const opens = box.marks.flatMap(({ host }) => {
    if (host === null) return [];
    const button = element("button", { type: "button", class: "button quiet engine-open" }, `Show port ${host} in the preview`);
    button.addEventListener("click", () => does.open(host));
    return [button];
  });
  const details = element("details", { name: "engine-box" }, summary, facts, ...opens, ...commands);
  details.open = before?.open ?? false;
  item.replaceChildren(details);
  if (focused) summary.focus({ preventScroll: true });
}

/** What a screen reader is told of a change. */
export function told(kind: Box["kind"], name: string, what: string): string {
  return `${kind[0]?.toUpperCase()}${kind.slice(1)} ${shortName(name)} ${what}.`;
}
