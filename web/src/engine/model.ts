// What the engine of a session has, as `GET /api/v1/sessions/{id}/engine` tells it, and how that is put in words.
// Everything here comes out of a sandbox: it only ever becomes text.

export interface ImageBox {
  id: string;
  tags: string[];
  size: number;
  created: number;
}
export interface PortBox {
  host: number | null;
  container: number;
  protocol: string;
}
export interface ContainerBox {
  id: string;
  name: string;
  image: string;
  image_id: string;
  command: string;
  state: string;
  exit_code: number | null;
  health: string | null;
  created: number;
  ports: PortBox[];
  mounts: { kind: string; source: string; destination: string; read_only: boolean }[];
  networks: { name: string; address: string }[];
}
export interface VolumeBox {
  name: string;
  anonymous: boolean;
  driver: string;
}
export interface NetworkBox {
  name: string;
  driver: string;
  subnet: string;
  internal: boolean;
  predefined: boolean;
}
export interface EngineMap {
  /** Address that ports are shown below: `{preview}/{port}/`. */
  preview: string;
  images: ImageBox[];
  containers: ContainerBox[];
  volumes: VolumeBox[];
  networks: NetworkBox[];
  more: number;
}

/** A published port and who publishes it. */
export interface Published {
  port: number;
  container: ContainerBox;
}

/** Ports of the machine that lead into running containers, each once, in order. */
export function published(map: EngineMap): Published[] {
  const found = new Map<number, Published>();
  for (const container of map.containers) {
    for (const { host, protocol } of container.ports) {
      if (host && protocol === "tcp" && !found.has(host)) found.set(host, { port: host, container });
    }
  }
  return [...found.values()].sort((a, b) => a.port - b.port);
}

/** Bytes as Docker prints them: `141MB`, `2.05kB`. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`;
}

/** How a container is, in a word or two. */
export function state(one: ContainerBox): string {
  if (one.state === "exited" && one.exit_code !== null) return `exited (${one.exit_code})`;
  if (one.state === "running" && one.health) return one.health === "starting" ? "running, health unknown" : `running, ${one.health}`;
  return one.state;
}

/** `8080 → 80`, or `80` for a port that is not published. */
export const port = ({ host, container, protocol }: PortBox): string =>
  `${host ? `${host} → ` : ""}${container}${protocol === "tcp" ? "" : `/${protocol}`}`;

/** A name for a command line, or else what names the thing as well: nothing that a shell would take apart. */
export const word = (name: string, otherwise: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,199}$/.test(name) ? name : /^[a-f0-9]{1,64}$/.test(otherwise) ? otherwise : "";

/** `a3f0…` for names that the engine made up, the name for others. */
export const shortName = (name: string): string => (/^[a-f0-9]{64}$/.test(name) ? `${name.slice(0, 12)}…` : name);

/** Takes an address as one types it apart: `localhost:8080/path`, `:8080`, `8080`, `http://127.0.0.1:8080/?a`. */
export function address(text: string): { port: number; path: string } | undefined {
  const parts = /^(?:http:\/\/)?(?:localhost|127\.0\.0\.1)?:?(\d{1,5})?(?:(?=[/?])(.*))?$/i.exec(text.trim());
  if (!parts) return undefined;
  const named = /^(?:http:\/\/)?(?:localhost|127\.0\.0\.1)(?:[/?]|$)/i.test(text.trim());
  const port = Number(parts[1] ?? (named ? 80 : 0));
  if (port < 1 || port > 65535) return undefined;
  const path = parts[2] ?? "/";
  return { port, path: path.startsWith("/") ? path : `/${path}` };
}

const tagged = (map: EngineMap, name: string) =>
  map.images.flatMap(({ tags }) => tags).find((tag) => tag.split(":")[0] === name);

/** A command that comes and goes, with an image that is there. */
export function exampleRun(map: EngineMap): string {
  const hello = tagged(map, "hello-world");
  if (hello) return "docker run --rm hello-world";
  const image = map.images.flatMap(({ tags }) => tags).find((tag) => word(tag, ""));
  return `docker run --rm ${image ?? "busybox"} sleep 5`;
}

/** A command that serves something, with an image that is there. */
export function exampleServer(map: EngineMap): string {
  const python = tagged(map, "python");
  if (tagged(map, "nginx") || !python) return "docker run -d -p 8080:80 nginx";
  return `docker run -d -p 8000:8000 ${python} python -m http.server`;
}
