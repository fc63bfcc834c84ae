/** Whether git, on some file system, takes this segment for its own folder. Source: git's `verify_path` rules for HFS+ and NTFS. */
export function isGitName(segment: string): boolean {
  return ownFolder.test(segment.replace(unseenOnHfs, ""));
}

const ownFolder = /^(?:\.git|git~1)[ .]*(?::|$)/i;
const unseenOnHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
