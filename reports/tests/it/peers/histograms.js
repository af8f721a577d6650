// Reads an interval log with HdrHistogram's JavaScript library, adds all intervals up, and holds the sum against the
// percentile table and the summary. Prints what it saw as JSON; ends with an error where they differ.
"use strict";
const fs = require("fs");
const assert = require("assert");
const hdr = require("hdr-histogram-js");

const [log, table, summary] = process.argv.slice(2).map((path) => fs.readFileSync(path, "utf8"));

const reader = new hdr.HistogramLogReader(log, 64);
const sum = hdr.build({ bitBucketSize: 64, lowestDiscernibleValue: 1, highestTrackableValue: 3600e6, numberOfSignificantValueDigits: 3 });
const byTag = new Map();
let last = 0;
for (let one = reader.nextIntervalHistogram(); one !== null; one = reader.nextIntervalHistogram()) {
  assert(one.totalCount > 0 && one.startTimeStampMsec > 1.6e12, `an interval without a time or a value: ${one.tag}`);
  assert(one.endTimeStampMsec > one.startTimeStampMsec && one.startTimeStampMsec >= last, "intervals go on in time");
  last = one.startTimeStampMsec;
  byTag.set(one.tag, (byTag.get(one.tag) || 0) + one.totalCount);
  sum.add(one);
}
const counts = JSON.parse(summary).operations;
assert.deepStrictEqual([...byTag.keys()].sort(), hdr.listTags(log).sort());
for (const [tag, count] of byTag) assert.strictEqual(counts[tag].count, count, tag);

// The rules of HdrHistogram's plotter: columns by blanks, the header and lines of `#` left out, four numbers a row, the
// last of them missing in the row of 100 %.
const rows = table.trim().split(/\n/).slice(1).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/\s+/).map(Number));
rows.forEach((row) => assert(row.length >= 3 && row.every((number) => !Number.isNaN(number)), `not a row: ${row}`));
assert(/^\s*Value\s+Percentile\s+TotalCount\s+1\/\(1-Percentile\)/.test(table), "the header names the columns");
const [value, percentile, total, inverse] = [0, 1, 2, 3].map((at) => rows.map((row) => row[at]));
for (let at = 1; at < rows.length; at += 1) {
  assert(value[at] >= value[at - 1] && percentile[at] >= percentile[at - 1] && total[at] >= total[at - 1], `row ${at} goes back`);
}
const end = rows.length - 1;
assert.strictEqual(percentile[end], 1);
assert.strictEqual(total[end], sum.totalCount);
rows.forEach(([, share, , inverted], at) => {
  if (inverted !== undefined) assert(Math.abs(inverted * (1 - share) - 1) < 0.05 || inverted > 1e4, `row ${at}`);
  // Where a percentile lies just between two values, either is right.
  const [low, high] = [share, Math.min(1, share + 1 / sum.totalCount)].map((one) => sum.getValueAtPercentile(one * 100) / 1000);
  assert(value[at] >= low * 0.998 - 0.002 && value[at] <= high * 1.002 + 0.002,
    `${share}: ${value[at]} ms in the table, ${low} to ${high} ms by the library`);
});
for (const name of ["Mean", "StdDeviation", "Max", "Total count", "Buckets", "SubBuckets"]) {
  assert(new RegExp(`#\\[.*${name}\\s*=\\s*[0-9.]+`).test(table), name);
}
console.log(JSON.stringify({ calls: sum.totalCount, tags: byTag.size, rows: rows.length, inverse: inverse.length }));
