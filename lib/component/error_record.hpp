#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Why a record was rejected, where and when.
struct Rejection {
  std::string_view kind;
  std::string_view step;
  std::string_view message;
  Time at;
  bool raw_is_value = false;  // the record's bytes, where carried, are the JSON of its value
};

/// Appends to `errors` the record `{kind, step, message, value, raw, key, time, meta, at}` that stands for a rejected
/// one, with its event time. `raw` stands where there is no value: as text, or as base64 with `raw_base64`, cut at 64
/// KiB with `truncated`.
void append_error_record(Batch& errors, const Batch& batch, Batch::Row row, const Rejection& rejection);

/// Where a record comes from, for a message: " at orders.jsonl:12"; empty where that is not known.
std::string position_text(const Batch& batch, Batch::Row row);

/// `$meta` of a record: that of the batch, else made of its partition and place; `{}` where it has neither.
Value make_meta(const Batch& batch, Batch::Row row, Arena& arena);

}  // namespace flowrun
