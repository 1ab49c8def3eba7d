#include "testing/difference.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

#include "base/timestamp.hpp"
#include "record/json.hpp"
#include "testing/matching.hpp"

namespace flowrun {
namespace {

constexpr std::size_t most_lines = 40;
constexpr std::size_t most_line_bytes = 1000;

std::string json(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

void add_column(std::string& line, std::string_view name, const std::string& text) {
  line += fmt::format("{}{}: {}", line.empty() ? "" : ", ", name, text);
}

std::string time_text(Time time) { return time == no_time ? "null" : format_timestamp(time); }

// A value alone stands as it is; of other records the columns that are compared.
std::string line_of(const TestRecord& record) {
  if (record.value && !record.key && !record.time && !record.meta) return json(*record.value);
  std::string line;
  if (record.value) add_column(line, "value", json(*record.value));
  if (record.key) add_column(line, "key", json(*record.key));
  if (record.time) add_column(line, "time", time_text(*record.time));
  if (record.meta) add_column(line, "meta", json(*record.meta));
  return line;
}

struct Columns {
  bool value = false;
  bool key = false;
  bool time = false;
  bool meta = false;
};

Columns columns_of(const std::vector<TestRecord>& records) {
  Columns columns;
  for (const TestRecord& record : records) {
    columns.value = columns.value || record.value.has_value();
    columns.key = columns.key || record.key.has_value();
    columns.time = columns.time || record.time.has_value();
    columns.meta = columns.meta || record.meta.has_value();
  }
  if (!columns.key && !columns.time && !columns.meta) columns.value = true;
  return columns;
}

TestRecord shown(const CapturedRecord& record, const Columns& columns) {
  TestRecord shown;
  if (columns.value) shown.value = record.value;
  if (columns.key) shown.key = record.key;
  if (columns.time) shown.time = record.time;
  if (columns.meta) shown.meta = record.meta;
  return shown;
}

class Lines {
 public:
  void add(char sign, const std::string& text) {
    if (++count_ > most_lines) return;
    std::string_view cut = std::string_view(text).substr(0, most_line_bytes);
    text_ += fmt::format("  {} {}{}\n", sign, cut, cut.size() < text.size() ? "..." : "");
  }
  std::string text() const {
    return count_ <= most_lines ? text_ : text_ + fmt::format("  ... and {} more\n", count_ - most_lines);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

// Where a single value came instead of another, the place where the two differ.
std::string place_of_difference(const TestRecord& expected, const CapturedRecord& got) {
  if (!expected.value || expected.value->kind() != got.value.kind()) return {};
  if (got.value.kind() != Kind::object && got.value.kind() != Kind::array) return {};
  const std::string place = first_difference(*expected.value, got.value);
  return place.empty() ? std::string() : fmt::format("    {}\n", place);
}

std::string unordered(const std::vector<TestRecord>& expected, const std::vector<CapturedRecord>& got) {
  Pairing pairing = pair_up(expected.size(), got.size(),
                            [&](std::size_t left, std::size_t right) { return agrees(expected[left], got[right]); });
  if (pairing.is_whole()) return {};
  // The order in which they came is that of several workers: what is told must not depend on it.
  std::stable_sort(pairing.unexpected.begin(), pairing.unexpected.end(),
                   [&](std::size_t left, std::size_t right) { return compare(got[left].value, got[right].value) < 0; });
  const Columns columns = columns_of(expected);
  Lines lines;
  for (const std::size_t index : pairing.missing) lines.add('-', line_of(expected[index]));
  for (const std::size_t index : pairing.unexpected) lines.add('+', line_of(shown(got[index], columns)));
  if (pairing.missing.size() != 1 || pairing.unexpected.size() != 1) return lines.text();
  return lines.text() + place_of_difference(expected[pairing.missing.front()], got[pairing.unexpected.front()]);
}

// The longest common subsequence, by dynamic programming from the ends.
std::string ordered(const std::vector<TestRecord>& expected, const std::vector<CapturedRecord>& got) {
  const auto same = [&](std::size_t left, std::size_t right) { return agrees(expected[left], got[right]); };
  const std::size_t width = got.size() + 1;
  std::vector<std::size_t> common((expected.size() + 1) * width);
  for (std::size_t left = expected.size(); left-- > 0;)
    for (std::size_t right = got.size(); right-- > 0;)
      common[left * width + right] =
          same(left, right) ? common[(left + 1) * width + right + 1] + 1
                            : std::max(common[(left + 1) * width + right], common[left * width + right + 1]);
  if (common[0] == expected.size() && common[0] == got.size()) return {};
  const Columns columns = columns_of(expected);
  Lines lines;
  std::size_t left = 0;
  std::size_t right = 0;
  while (left < expected.size() || right < got.size()) {
    if (left < expected.size() && right < got.size() && same(left, right)) {
      lines.add(' ', line_of(expected[left++]));
      ++right;
    } else if (right == got.size() ||
               (left < expected.size() && common[(left + 1) * width + right] >= common[left * width + right + 1])) {
      lines.add('-', line_of(expected[left++]));
    } else {
      lines.add('+', line_of(shown(got[right++], columns)));
    }
  }
  return lines.text();
}

}  // namespace

std::string difference(const std::vector<TestRecord>& expected, const std::vector<CapturedRecord>& got, bool in_order) {
  return in_order ? ordered(expected, got) : unordered(expected, got);
}

}  // namespace flowrun
