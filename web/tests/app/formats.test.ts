import { expect, test } from "vitest";
import { type FileFormat, readable, writable } from "../../src/app/project/formats";

const format = (name: string, title: string, writes = true): FileFormat => ({
  name,
  title,
  reads: true,
  writes,
  kinds: [],
  loses: [],
});

test("formats are offered by their titles, and for export only those that are written", () => {
  const all = [
    format("voc", "Pascal VOC"),
    format("jsonl", "Assay JSONL"),
    format("ls", "Label Studio", false),
  ];
  expect(readable(all).map(({ name }) => name)).toEqual(["jsonl", "ls", "voc"]);
  expect(writable(all).map(({ name }) => name)).toEqual(["jsonl", "voc"]);
});
