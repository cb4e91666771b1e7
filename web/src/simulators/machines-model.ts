// Virtual machines beside containers: what n apps cost on either side. The same sums as app/src/pages/simulators/machines.rs.

export interface Figures {
  /** MB. */
  memory: number;
  /** MB. */
  disk: number;
  seconds: number;
}

export interface Scene {
  shown: number;
  most: number;
  vm: Figures;
  container: Figures;
  app: Figures;
}

export interface Row {
  /** Of virtual machines and of containers. */
  words: [string, string];
  /** In percent of the longest bar. */
  shares: [number, number];
}

/** `330 MB`, `1.8 GB`. */
export const size = (mb: number) => (mb < 999.5 ? `${mb.toFixed(0)} MB` : `${(mb / 1000).toFixed(1)} GB`);

/** `0.5 s`, `20 s`. */
export const time = (seconds: number) => `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;

export function rows(scene: Scene, count: number): Record<string, Row> {
  const total = (of: "memory" | "disk"): Row => {
    const each = [scene.vm[of] + scene.app[of], scene.container[of] + scene.app[of]] as const;
    const longest = Math.max(...each) * scene.most;
    return {
      words: [size(each[0] * count), size(each[1] * count)],
      shares: [(100 * each[0] * count) / longest, (100 * each[1] * count) / longest],
    };
  };
  const kernels = (number: number) => (100 * number) / (scene.most + 1);
  return {
    kernels: { words: [String(count + 1), "1"], shares: [kernels(count + 1), kernels(1)] },
    memory: total("memory"),
    disk: total("disk"),
  };
}

/** What a change of the number means, in a sentence or two. */
export function said(scene: Scene, count: number): string {
  const { memory, kernels } = rows(scene, count);
  const apps = count === 1 ? "1 app" : `${count} apps`;
  return (
    `${apps}: ${kernels?.words[0]} kernels and ${memory?.words[0]} of memory with virtual machines, ` +
    `1 kernel and ${memory?.words[1]} with containers.`
  );
}
