import sax from "sax";
import { longestName, mostNames, type TestReport } from "./tap.ts";

// Files are of bounded size: what it keeps at a time, such as a long message of a failure, need not be bounded too.
Object.assign(sax, { MAX_BUFFER_LENGTH: Number.POSITIVE_INFINITY });

/**
 * Reads JUnit XML, in any of the forms that test runners write. Undefined when it is broken or something else: half a report
 * would count tests as passed that never ran.
 */
export function readJunit(text: string): TestReport | undefined {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failed = new Set<string>();
  let test: { readonly name: string; is: keyof typeof counts } | undefined;
  let root: string | undefined;
  let broken = false;
  // Strict: nothing is guessed, and entities that a document declares itself are unknown.
  const parser = sax.parser(true, { position: false });
  parser.onerror = () => {
    broken = true;
  };
  parser.onopentag = ({ name, attributes }) => {
    root ??= name;
    if (name === "testcase") test = { name: nameFrom(attributes), is: "passed" };
    else if (test && (name === "failure" || name === "error")) test.is = "failed";
    else if (test && name === "skipped" && test.is === "passed") test.is = "skipped";
  };
  parser.onclosetag = (name) => {
    if (name !== "testcase" || !test) return;
    counts[test.is] += 1;
    if (test.is === "failed" && failed.size < mostNames) failed.add(test.name);
    test = undefined;
  };
  for (let at = 0; at < text.length && !broken; at += pieceLength) parser.write(text.slice(at, at + pieceLength));
  if (!broken) parser.close();
  if (broken || (root !== "testsuites" && root !== "testsuite")) return undefined;
  return { tests: counts, failed: [...failed] };
}

/** The parser keeps what it was given until a tag is complete. */
const pieceLength = 64 * 1024;

function nameFrom(attributes: Readonly<Record<string, unknown>>): string {
  const text = (key: string) => (typeof attributes[key] === "string" ? attributes[key].trim() : "");
  const [group, name] = [text("classname"), text("name")];
  const whole = group === "" || name.startsWith(group) ? name : `${group} > ${name}`;
  return (whole || "a test without a name").replace(/\s+/g, " ").slice(0, longestName);
}
