/** How a lock file is written anew. */
export interface LockFileCommand {
  /** Its name, in whatever folder. */
  readonly file: string;
  /** A shell command. */
  readonly run: string;
  /** Whether it joins a file with the markers of a conflict by itself. */
  readonly readsMarkers: boolean;
}

/** Package managers whose commands need not be written down; none is asked unless the config names it. */
export const lockFileManagers = ["npm", "pnpm", "yarn", "cargo", "poetry", "uv", "bundler", "composer"] as const;

/** The commands that an entry of `merge.lock_files` stands for. */
export function lockFileCommands(
  entry: (typeof lockFileManagers)[number] | { readonly file: string; readonly run: string },
): readonly LockFileCommand[] {
  return typeof entry === "string" ? COMMANDS[entry] : [{ ...entry, readsMarkers: false }];
}

/** None of these installs anything or runs what packages bring along. */
const COMMANDS: Readonly<Record<(typeof lockFileManagers)[number], readonly LockFileCommand[]>> = {
  npm: [
    {
      file: "package-lock.json",
      run: "npm install --package-lock-only --ignore-scripts --no-audit --no-fund",
      readsMarkers: true,
    },
  ],
  pnpm: [{ file: "pnpm-lock.yaml", run: "pnpm install --lockfile-only --ignore-scripts", readsMarkers: true }],
  yarn: [{ file: "yarn.lock", run: "yarn install --mode update-lockfile", readsMarkers: true }],
  cargo: [{ file: "Cargo.lock", run: "cargo update --workspace", readsMarkers: false }],
  poetry: [{ file: "poetry.lock", run: "poetry lock", readsMarkers: false }],
  uv: [{ file: "uv.lock", run: "uv lock", readsMarkers: false }],
  bundler: [{ file: "Gemfile.lock", run: "bundle lock", readsMarkers: false }],
  composer: [{ file: "composer.lock", run: "composer update --lock --no-scripts --no-install", readsMarkers: false }],
};
