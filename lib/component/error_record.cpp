#include "component/error_record.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/base_encodings.hpp"
#include "base/timestamp.hpp"
#include "base/utf8.hpp"
#include "record/json.hpp"

namespace flowrun {
namespace {

constexpr std::size_t most_raw_bytes = 64 * 1024;

// Builds an object of a fixed number of members at most.
class Fields {
 public:
  Fields(Arena& arena, std::size_t most) : arena_(arena), members_(new_members(arena, most)) {}
  void add(std::string_view name, const Value& value) { members_[size_++] = {Value::text(name), value}; }
  void add_text(std::string_view name, std::string_view text) { add(name, Value::text(text, arena_)); }
  Value object() const { return Value::object(members_, size_); }

 private:
  Arena& arena_;
  Member* members_;
  std::size_t size_ = 0;
};

// A cut text must not end within a character: the up to 3 bytes of an unfinished one go too.
std::string_view cut(std::string_view raw) {
  const std::string_view head = raw.substr(0, most_raw_bytes);
  const std::size_t valid = valid_utf8(head);
  return head.size() - valid < 4 ? head.substr(0, valid) : head;
}

void add_raw(Fields& fields, std::string_view raw) {
  const bool truncated = raw.size() > most_raw_bytes;
  const std::string_view shown = truncated ? cut(raw) : raw;
  if (is_utf8(shown)) {
    fields.add_text("raw", shown);
  } else {
    std::string encoded;
    encode_base64(shown, encoded);
    fields.add_text("raw", encoded);
    fields.add("raw_base64", Value::boolean(true));
  }
  if (truncated) fields.add("truncated", Value::boolean(true));
}

// Of the value only what the flow reads may have been materialised; the bytes, where they are carried, have all of it.
Value whole_value(const Batch& batch, Batch::Row row, bool raw_is_value, Arena& arena) {
  const Value& value = batch.value(row);
  if (value.is_nothing()) return Value::null();
  if (raw_is_value && batch.raw(row).data() != nullptr) {
    thread_local JsonReader reader;
    const auto whole = reader.read(batch.raw(row), arena);
    if (whole) return *whole;
  }
  return deep_copy(value, arena);
}

}  // namespace

void append_error_record(Batch& errors, const Batch& batch, Batch::Row row, const Rejection& rejection) {
  Arena& arena = errors.arena();
  Fields fields(arena, 11);
  fields.add_text("kind", rejection.kind);
  fields.add_text("step", rejection.step);
  fields.add_text("message", rejection.message);
  const Value& value = batch.value(row);
  fields.add("value", whole_value(batch, row, rejection.raw_is_value, arena));
  if (value.is_nothing())
    add_raw(fields, batch.raw(row));
  else
    fields.add("raw", Value::null());
  fields.add("key", deep_copy(batch.key(row), arena));
  const Time time = batch.time(row);
  fields.add("time", time == no_time ? Value::null() : Value::text(format_timestamp(time), arena));
  fields.add("meta", make_meta(batch, row, arena));
  fields.add_text("at", format_timestamp(rejection.at));
  const Batch::Row mine = errors.append(fields.object());
  errors.set_time(mine, time);
}

std::string position_text(const Batch& batch, Batch::Row row) {
  if (batch.partition() == nullptr) return {};
  const Place place = batch.place(row);
  if (place.line == 0) return fmt::format(" at {}, offset {}", batch.partition()->resource, place.offset);
  return fmt::format(" at {}:{}", batch.partition()->resource, place.line);
}

Value make_meta(const Batch& batch, Batch::Row row, Arena& arena) {
  const Value given = batch.meta(row);
  if (!given.is_nothing()) return deep_copy(given, arena);
  Fields fields(arena, 3);
  if (batch.partition() != nullptr) {
    const Place place = batch.place(row);
    fields.add_text("path", batch.partition()->resource);
    if (place.line != 0) fields.add("line", Value::integer(static_cast<std::int64_t>(place.line)));
    fields.add("offset", Value::integer(static_cast<std::int64_t>(place.offset)));
  }
  return fields.object();
}

}  // namespace flowrun
