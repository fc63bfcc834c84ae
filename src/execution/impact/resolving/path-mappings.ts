/** What `paths` and `baseUrl` of tsconfig.json and jsconfig.json make of a specifier. */
import { parse as parseJsonc } from "jsonc-parser";
import { folderOf, nameOf, pathFrom } from "./paths.ts";

export interface PathMappings {
  /** Where a specifier that is not relative may lead, the best first. */
  readonly leadsTo: (specifier: string) => readonly string[];
}

/** By folder. A folder with several such files (`tsconfig.app.json`) uses those that `tsconfig.json` leaves something to. */
export function readMappings(files: ReadonlyMap<string, string>): ReadonlyMap<string, PathMappings> {
  const byFolder = new Map<string, string[]>();
  for (const path of files.keys()) {
    if (!CONFIG.test(nameOf(path))) continue;
    const folder = folderOf(path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path]);
  }
  const mappings = new Map<string, PathMappings>();
  for (const [folder, paths] of byFolder) {
    const [plain, others] = [paths.filter((path) => PLAIN.test(nameOf(path))), paths.sort()];
    // A folder that only has configurations for builds is not where the sources' own is.
    if (plain.length === 0) continue;
    const found = [...plain, ...others].map((path) => optionsOf(files, path, new Set()));
    mappings.set(folder, { leadsTo: (specifier) => firstOf(found, specifier) });
  }
  return mappings;
}

const CONFIG = /^[jt]sconfig(?:\.[\w.-]+)?\.json$/;
const PLAIN = /^[jt]sconfig\.json$/;

interface Options {
  readonly baseUrl?: string;
  /** Folder that targets without a `baseUrl` start from. */
  readonly pathsFrom?: string;
  readonly paths?: readonly (readonly [pattern: string, targets: readonly string[]])[];
}

function firstOf(all: readonly Options[], specifier: string): readonly string[] {
  for (const options of all) {
    const found = leadsTo(options, specifier);
    if (found.length > 0) return found;
  }
  return [];
}

function leadsTo({ baseUrl, pathsFrom, paths = [] }: Options, specifier: string): readonly string[] {
  const from = baseUrl ?? pathsFrom ?? "";
  const fits = paths.flatMap(([pattern, targets]) => {
    const rest = restOf(pattern, specifier);
    return rest === undefined ? [] : [{ pattern, targets, rest }];
  });
  fits.sort((a, b) => weightOf(b.pattern) - weightOf(a.pattern));
  const [best] = fits;
  const mapped = (best?.targets ?? []).flatMap((target) => {
    // A replacement text would read `$` as more than itself.
    const path = pathFrom(
      from,
      target.replace("*", () => best?.rest ?? ""),
    );
    return path === undefined ? [] : [path];
  });
  const based = baseUrl === undefined ? undefined : pathFrom(baseUrl, specifier);
  return based === undefined ? mapped : [...mapped, based];
}

/** What the star of a pattern stands for; the empty text where there is none. */
function restOf(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === specifier ? "" : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const isLongEnough = specifier.length >= before.length + after.length;
  if (!isLongEnough || !specifier.startsWith(before) || !specifier.endsWith(after)) return undefined;
  return specifier.slice(before.length, specifier.length - after.length);
}

function weightOf(pattern: string): number {
  const star = pattern.indexOf("*");
  return star < 0 ? Number.POSITIVE_INFINITY : star;
}

/** Only what the tree itself has can be extended; a package's base configuration names no paths of ours. */
function optionsOf(files: ReadonlyMap<string, string>, path: string, seen: Set<string>): Options {
  const text = files.get(path);
  if (text === undefined || seen.has(path)) return {};
  seen.add(path);
  const folder = folderOf(path);
  const config: unknown = parseJsonc(text);
  const bases = [field(config, "extends")].flat().filter((one) => typeof one === "string");
  let options: Options = {};
  for (const base of bases) {
    const at = base.startsWith(".") ? pathFrom(folder, base) : undefined;
    if (at === undefined) continue;
    options = { ...options, ...optionsOf(files, files.has(at) ? at : `${at}.json`, seen) };
  }
  const own = field(config, "compilerOptions");
  const [baseUrl, paths] = [field(own, "baseUrl"), field(own, "paths")];
  const base = typeof baseUrl === "string" ? pathFrom(folder, baseUrl) : undefined;
  return {
    ...options,
    ...(base === undefined ? {} : { baseUrl: base }),
    ...(typeof paths === "object" && paths !== null ? { pathsFrom: folder, paths: pairsOf(paths) } : {}),
  };
}

function pairsOf(paths: object): NonNullable<Options["paths"]> {
  return Object.entries(paths).map(([pattern, targets]) => [
    pattern,
    [targets].flat().filter((target): target is string => typeof target === "string"),
  ]);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
