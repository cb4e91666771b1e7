// Containers from one image: what a learner may do, what it does, and what the engine would say.

export type State = "running" | "exited" | "removed";

export interface Container {
  name: string;
  state: State;
  /** Lines of the file in its writable layer; of a removed one, how many went with it. */
  lines: number;
}

export interface Scene {
  image: string;
  /** Names of containers begin with it. */
  name: string;
  /** What is written into a container. */
  file: string;
  containers: Container[];
}

export type Action = { do: "run" } | { do: "write" | "stop" | "start" | "remove"; at: number };

export interface Outcome {
  containers: Container[];
  /** The command for it. */
  command: string;
  /** What happened, in a sentence or two. */
  said: string;
  /** The engine says no: nothing has changed. */
  refused: boolean;
}

/** Where the next container would stand: the first place whose container was removed. */
export const free = (containers: Container[]) => containers.findIndex(({ state }) => state === "removed");

const lines = (count: number) => (count === 1 ? "1 line" : `${count} lines`);

/** What the sheet of a container shows below its file. */
export function sheet({ state, lines: count }: Container): string {
  if (count === 0) return "empty";
  return state === "removed" ? "gone" : lines(count);
}

/** Does it. Of a place that is free there is nothing to be had, and the same for a run without a free place. */
export function act(scene: Scene, containers: Container[], action: Action, next: number): Outcome | undefined {
  if (action.do === "run") return run(scene, containers, next);
  const container = containers[action.at];
  if (!container || container.state === "removed") return undefined;
  const { name, state } = container;
  const outcome = (change: Partial<Container>, command: string, said: string): Outcome => ({
    containers: containers.map((it, at) => (at === action.at ? { ...it, ...change } : it)),
    command: `docker ${command}`,
    said,
    refused: false,
  });
  const refused = (command: string, said: string): Outcome => ({
    containers,
    command: `docker ${command}`,
    said: `The engine refuses. ${said}`,
    refused: true,
  });
  switch (action.do) {
    case "write": {
      const command = `exec ${name} sh -c 'date >> ${scene.file}'`;
      if (state !== "running") return refused(command, `No process runs in ${name}: start it first.`);
      const count = container.lines + 1;
      return outcome(
        { lines: count },
        command,
        `${scene.file} has ${lines(count)} now, in the writable layer of ${name} and nowhere else. The image has not changed.`,
      );
    }
    case "stop":
      if (state !== "running") return undefined;
      return outcome(
        { state: "exited" },
        `stop ${name}`,
        container.lines > 0
          ? `The process of ${name} has ended. Its writable layer stays, with ${scene.file} in it.`
          : `The process of ${name} has ended. The container is still there: docker ps -a lists it.`,
      );
    case "start":
      if (state !== "exited") return undefined;
      return outcome(
        { state: "running" },
        `start ${name}`,
        container.lines > 0
          ? `${name} runs again, on the same writable layer: ${scene.file} is still there.`
          : `${name} runs again, on the same writable layer.`,
      );
    case "remove":
      if (state === "running") return refused(`rm ${name}`, `${name} is running. Stop it first, or use docker rm -f.`);
      return outcome(
        { state: "removed" },
        `rm ${name}`,
        container.lines > 0
          ? `${name} is gone, and so is its writable layer with ${scene.file}. The image stays for the next container.`
          : `${name} is gone, with its empty writable layer. The image stays for the next container.`,
      );
  }
}

function run(scene: Scene, containers: Container[], next: number): Outcome | undefined {
  const place = free(containers);
  if (place === -1) return undefined;
  const name = `${scene.name}-${next}`;
  return {
    containers: containers.map((it, at) => (at === place ? { name, state: "running", lines: 0 } : it)),
    command: `docker run -d --name ${name} ${scene.image}`,
    said: `${name} runs, on a new and empty writable layer. Nothing of the image was copied: all containers read the same layers.`,
    refused: false,
  };
}
