#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "expr/automaton.hpp"

namespace flowrun::expr {

/// What jq's flags g i x m s p l n say.
struct RegexFlags {
  bool global = false;
  std::uint32_t options = 0;  // Oniguruma's
};
/// The error is jq's message.
Result<RegexFlags> parse_regex_flags(std::string_view flags);

/// Where a group of a match lies in the searched text, in bytes.
struct MatchedGroup {
  static constexpr std::size_t unmatched = static_cast<std::size_t>(-1);
  std::size_t from = unmatched;
  std::size_t to = unmatched;
  bool is_matched() const { return from != unmatched; }
};

enum class SearchOutcome : std::uint8_t { found, not_found, failed };

/// A compiled pattern of Oniguruma, in jq's syntax. Immutable; any number of threads may search with it.
class Regex {
 public:
  static Result<std::unique_ptr<const Regex>> compile(std::string_view pattern, const RegexFlags& flags);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  /// The first match at or behind byte `from`: the whole, then its groups. `failed`: `message` says why (too much
  /// backtracking).
  SearchOutcome search(std::string_view text, std::size_t from, std::vector<MatchedGroup>& groups,
                       std::string& message) const;
  /// Whether there is a match.
  SearchOutcome test(std::string_view text, std::string& message) const;

  std::size_t group_count() const { return names_.size(); }
  /// Of the group with that number, from 1; empty for none.
  const std::string& group_name(std::size_t number) const { return names_[number - 1]; }

 private:
  struct Compiled;
  explicit Regex(std::unique_ptr<Compiled> compiled);
  bool may_match(std::string_view text) const;

  std::unique_ptr<Compiled> compiled_;
  std::vector<std::string> names_;
  std::string literal_;                         // in every match; empty: not known
  std::unique_ptr<const Automaton> automaton_;  // for `test`, where the pattern is simple; else null
};

/// Compiled patterns that are not constant, by pattern and flags. One per machine.
class RegexCache {
 public:
  struct Entry {
    std::shared_ptr<const Regex> regex;  // shared with searches that go on while the cache forgets it
    RegexFlags flags;
    std::string fault;  // where there is no regex
  };
  /// Valid until the next call.
  const Entry& find(std::string_view pattern, std::string_view flags);

 private:
  std::unordered_map<std::string, Entry> entries_;
  std::string key_;
};

/// jq's message for a pattern that cannot be compiled; empty for a good one.
std::string regex_fault(std::string_view pattern, std::string_view flags);

/// A text that every match of the pattern contains, the longest that is easily seen; empty where there is none.
std::string required_literal(std::string_view pattern);

}  // namespace flowrun::expr
