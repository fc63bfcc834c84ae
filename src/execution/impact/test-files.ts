/** Whether a file is a test, by the habits of the languages that are read. */
export function isTestFile(path: string): boolean {
  return folders.test(path) || names.test(path);
}

const folders = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\//i;
const names =
  /(?:[._-](?:test|spec)s?\.[^/]+|(?:^|\/)test_[^/]+\.py|[a-z0-9](?:Test|Tests|IT|Spec)\.(?:java|kt|cs|scala))$/;
