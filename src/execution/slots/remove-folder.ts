import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const OWNER = 0o700;

/** Deletes a file, link or folder with all below it; links are unlinked, never followed. Nothing there is fine. */
export async function removeFolder(path: string | Buffer): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM")))
      throw error;
    await openUp(Buffer.from(path));
    await rm(path, { recursive: true, force: true });
  }
}

/** Deletes what in a folder was last changed longer ago than that. */
export async function removeOlderThan(folder: string, ageMs: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ageMs) await removeFolder(join(folder, name));
  }
}

/** Gives us back the rights that deleting a folder needs: an agent may have taken them away. */
export async function openUp(path: Buffer): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory()) return;
  if ((found.mode & OWNER) !== OWNER) await chmod(path, found.mode | OWNER);
  for (const name of await readdir(path, { encoding: "buffer" })) {
    await openUp(Buffer.concat([path, Buffer.from("/"), name]));
  }
}
