import type { MetricsView } from "../../tools/views/metrics.ts";

type Metrics = MetricsView["metrics"];

/** How work went, a row for each figure that is known: its name, and its value in words. */
export function figureRows(metrics: Metrics): readonly (readonly string[])[] {
  return [
    ...latency(metrics),
    ...conflicts(metrics),
    ...rework(metrics),
    ...convergence(metrics),
    ...assumptions(metrics),
    ...contracts(metrics),
  ];
}

function latency({ latency_reduction: of }: Metrics): readonly (readonly string[])[] {
  if (of.speedup === null) return [];
  const worked = `${minutes(of.worked_minutes)} of work within ${minutes(of.elapsed_minutes)}`;
  return [["latency", `${of.speedup} times as fast: ${worked}`]];
}

function conflicts({ conflict_rate: of }: Metrics): readonly (readonly string[])[] {
  if (of.handed_in === 0 && of.opened === 0) return [];
  const merging = `${of.conflicted} of ${of.handed_in} nodes came back from merging`;
  return [["conflicts", of.opened === 0 ? merging : `${of.opened} found, ${of.settled} settled; ${merging}`]];
}

function rework({ rework_minutes: of }: Metrics): readonly (readonly string[])[] {
  if (of.actual === null || (of.actual === 0 && of.estimated === null)) return [];
  return [["rework", `${minutes(of.actual)}${of.estimated === null ? "" : `, ${minutes(of.estimated)} estimated`}`]];
}

function convergence({ convergence_minutes: of }: Metrics): readonly (readonly string[])[] {
  if (of.convergences === 0) return [];
  const mean = of.convergences === 1 ? "" : `, the longest ${minutes(of.longest)}`;
  return [
    ["convergence", `${of.convergences}, ${minutes(of.mean)} ${of.convergences === 1 ? "long" : "on average"}${mean}`],
  ];
}

function assumptions({ assumption_accuracy: of }: Metrics): readonly (readonly string[])[] {
  if (of === null) return [];
  const known = `${of.validated} right, ${of.invalidated} wrong`;
  return [["assumptions", of.active > 0 ? `${known}, ${of.active} open` : known]];
}

function contracts({ contract_evolution: of }: Metrics): readonly (readonly string[])[] {
  if (of === null) return [];
  const kinds = [
    `${of.compatible} compatible`,
    `${of.breaking} breaking`,
    ...(of.unknown > 0 ? [`${of.unknown} unknown`] : []),
  ];
  return [["contracts", `${of.contracts}, with ${of.versions} versions: ${kinds.join(", ")}`]];
}

function minutes(value: number | null): string {
  const all = value ?? 0;
  return all < 2 ? `${Math.round(all * 600) / 10} s` : `${Math.round(all * 10) / 10} min`;
}
