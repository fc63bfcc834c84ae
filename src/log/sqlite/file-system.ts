import { readFileSync, realpathSync } from "node:fs";
import { StoreUnusable } from "../port.ts";

// SQLite's write-ahead log is shared memory between processes of one kernel; these file systems are shared between
// machines, so that two of them would write into one store without seeing each other.
const shared = new Set([
  "afs",
  "beegfs",
  "ceph",
  "cifs",
  "fuse.ceph",
  "fuse.gcsfuse",
  "fuse.glusterfs",
  "fuse.rclone",
  "fuse.s3fs",
  "fuse.sshfs",
  "glusterfs",
  "gpfs",
  "lustre",
  "ncpfs",
  "nfs",
  "nfs4",
  "smb3",
  "smbfs",
]);

/** Throws StoreUnusable if the folder lies on a network file system; only Linux can tell. */
export function refuseNetworkFileSystem(folder: string): void {
  if (process.platform !== "linux") return;
  refuseShared(realpathSync(folder), readMounts());
}

/** The same for a real path and the text of `/proc/self/mountinfo`. */
export function refuseShared(folder: string, mountinfo: string): void {
  const mount = findMount(folder, mountinfo);
  if (mount === undefined || !shared.has(mount.type)) return;
  throw new StoreUnusable(
    `The store ${folder} lies on a network file system (${mount.type} at ${mount.point}), where SQLite can lose data. ` +
      "Keep the repository on a local disk, or use PostgreSQL as the store (store.url in interlock.yaml).",
  );
}

interface Mount {
  readonly point: string;
  readonly type: string;
}

function findMount(folder: string, mountinfo: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split("\n")) {
    const mount = parseMount(line);
    if (mount === undefined || !isWithin(folder, mount.point)) continue;
    // Of two mounts on one point the later one lies on top.
    if (found === undefined || mount.point.length >= found.point.length) found = mount;
  }
  return found;
}

// proc(5): six fields, optional ones, a hyphen, then type, source and options; blanks in names are octal.
function parseMount(line: string): Mount | undefined {
  const [before, after] = line.split(" - ");
  const point = before?.split(" ")[4];
  const type = after?.split(" ")[0];
  if (point === undefined || type === undefined) return undefined;
  return { point: point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))), type };
}

function isWithin(folder: string, point: string): boolean {
  return point === "/" || folder === point || folder.startsWith(`${point}/`);
}

function readMounts(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    // A hardened container may hide it; then nothing can be told.
    return "";
  }
}
