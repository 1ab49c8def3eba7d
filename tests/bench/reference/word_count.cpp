#include <algorithm>
#include <charconv>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <xxhash.h>

#include "bench/reference/files.hpp"

namespace {

struct Hash {
  std::size_t operator()(std::string_view word) const { return XXH3_64bits(word.data(), word.size()); }
};

void print(std::string_view word, std::uint64_t count, std::string& out) {
  char digits[24];
  out.append("{\"word\":\"");
  for (const char character : word) {
    if (character == '"' || character == '\\') out.push_back('\\');
    out.push_back(character);
  }
  out.append("\",\"count\":").append(digits, std::to_chars(digits, digits + sizeof digits, count).ptr).append("}\n");
}

}  // namespace

// word_count FILE: how often each word (what stands between blanks) occurs, as JSON lines in no order. Text with control
// characters is not meant.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  tsl::robin_map<std::string_view, std::uint64_t, Hash> counts;
  std::deque<std::string> words;  // owns the keys
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    while (!line.empty()) {
      const std::size_t size = std::min(line.find(' '), line.size());
      const std::string_view word = line.substr(0, size);
      line.remove_prefix(std::min(size + 1, line.size()));
      if (word.empty()) continue;
      if (const auto known = counts.find(word); known != counts.end())
        ++known.value();
      else
        counts.emplace(words.emplace_back(word), 1);
    }
  });
  reference::Output out;
  for (const auto& [word, times] : counts) {
    print(word, times, out.text());
    out.flush_if_large();
  }
}
