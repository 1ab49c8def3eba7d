#include "flow/test_values.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "base/timestamp.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_text.hpp"
#include "flow/parameters.hpp"

namespace flowrun {
namespace {

// As event times are read: a number is seconds since the epoch, a text RFC 3339.
std::optional<Time> time_of(const Value& value) {
  if (value.is_null()) return no_time;
  if (value.is_text()) return parse_timestamp(value.as_text());
  if (!value.is_numeric()) return std::nullopt;
  const double microseconds = std::round(to_double(value) * 1e6);
  const auto bound = [](Time time) { return static_cast<double>(time.time_since_epoch().count()); };
  if (!(microseconds >= bound(first_timestamp) && microseconds <= bound(last_timestamp))) return std::nullopt;
  return Time(Duration(static_cast<std::int64_t>(microseconds)));
}

}  // namespace

Value TestValueReader::value(const YamlNode& node) {
  Arena& arena = *scope_.memory();
  if (node.is_sequence()) {
    Value* const items = new_items(arena, node.items.size());
    for (std::size_t index = 0; index < node.items.size(); ++index) items[index] = value(*node.items[index]);
    return Value::array(items, node.items.size());
  }
  if (node.is_mapping()) {
    Member* const members = new_members(arena, node.entries.size());
    for (std::size_t index = 0; index < node.entries.size(); ++index)
      members[index] = {Value::text(node.entries[index].key->text, arena), value(*node.entries[index].value)};
    return Value::object(members, node.entries.size());
  }
  if (!node.is_scalar() || node.text.find("${{") == std::string::npos) return yaml_value(node, arena);
  const auto expanded = scope_.expand("value", node);
  return expanded ? expanded->value : Value::null();
}

bool TestValueReader::require_list(const YamlNode& node, std::string_view name) {
  if (node.is_sequence()) return true;
  scope_.diagnostics().error(Code::wrong_type, node.span,
                             fmt::format("`{}` is {}, expected a list", name, describe(node)),
                             fmt::format("write `{}: []` for nothing at all", name));
  return false;
}

std::vector<TestRecord> TestValueReader::values(const YamlNode& list, std::string_view name) {
  std::vector<TestRecord> records;
  if (!require_list(list, name)) return records;
  for (const YamlNode* item : list.items) records.push_back({value(*item), {}, {}, {}});
  return records;
}

std::vector<TestRecord> TestValueReader::records(const YamlNode& list, std::string_view name) {
  std::vector<TestRecord> records;
  if (!require_list(list, name)) return records;
  for (const YamlNode* item : list.items) {
    if (!item->is_mapping()) {
      scope_.diagnostics().error(Code::wrong_type, item->span,
                                 fmt::format("a record is {}, expected a mapping", describe(*item)),
                                 "write `- value: ...` and below it `key`, `time` or `meta`");
      continue;
    }
    check_keys(*item, {"value", "key", "time", "meta"}, "a record");
    TestRecord& record = records.emplace_back();
    if (const YamlEntry* const written = item->find("value")) record.value = value(*written->value);
    read_columns(*item, record);
  }
  return records;
}

void TestValueReader::read_columns(const YamlNode& mapping, TestRecord& record) {
  Arena& arena = *scope_.memory();
  if (const YamlEntry* const key = mapping.find("key")) {
    const Value written = value(*key->value);
    record.key = written.is_null() ? written : Value::text(text_of(written), arena);
  }
  if (const YamlEntry* const written = mapping.find("time")) record.time = time(*written->value);
  if (const YamlEntry* const meta = mapping.find("meta")) record.meta = value(*meta->value);
}

std::optional<Time> TestValueReader::time(const YamlNode& node) {
  const Value written = value(node);
  const auto read = time_of(written);
  if (!read)
    scope_.diagnostics().error(Code::wrong_type, node.span,
                               fmt::format("`time` is `{}`, expected a time", text_of(written)),
                               "write it as `2026-01-01T00:00:00Z`, or as seconds since 1970");
  return read;
}

std::set<std::string> TestValueReader::check_keys(const YamlNode& mapping, const std::vector<std::string>& known,
                                                  std::string_view what) {
  std::set<std::string> meant;
  for (const YamlEntry& entry : mapping.entries) {
    const std::string& key = entry.key->text;
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    scope_.diagnostics().error(Code::unknown_key, entry.key->span,
                               fmt::format("{} has no `{}`, expected {}", what, key, list_of(known)),
                               did_you_mean(key, known));
    meant.emplace(nearest(key, known));
  }
  return meant;
}

}  // namespace flowrun
