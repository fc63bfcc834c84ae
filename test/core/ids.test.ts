import { expect, test } from "vitest";
import { idFrom, idProblem } from "../../src/core/ids.ts";

test.each(["a", "A-1", "0.x_y", "a".repeat(64)])("%s may be an id", (id) => {
  expect(idProblem(id)).toBeUndefined();
});

test.each([
  ["", /1 to 64/],
  ["a b", /letters/],
  ["-a", /start with/],
  ["a/b", /letters/],
  ["a".repeat(65), /1 to 64/],
  ["a..b", /'\.\.'/],
  ["a.", /end in/],
  ["a.LOCK", /end in/],
])("%j may not, because it would be no part of a ref", (id, why) => {
  expect(idProblem(id)).toMatch(why);
});

test.each([
  ["Real-time fraud alert dashboard", "real-time-fraud-alert-dashboard"],
  ["  Über alles! ", "u-ber-alles"],
  ["提醒", "plan"],
  [`${"word ".repeat(20)}`, "word-word-word-word-word-word-word-word-word-wor"],
])("%j becomes the id %s", (text, id) => {
  expect(idFrom(text)).toBe(id);
  expect(idProblem(idFrom(text))).toBeUndefined();
});
