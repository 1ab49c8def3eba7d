#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "expr/nodes.hpp"
#include "expr/operations.hpp"
#include "expr/regex.hpp"

namespace flowrun::expr {

/// What to search with: compiled before, or looked up.
struct Search {
  const Regex* regex = nullptr;
  RegexFlags flags;
};

/// How a function takes its pattern and flags, in all that shows: the order of outputs, and which error comes first.
enum class PatternUse : std::uint8_t {
  matching,  // test match capture: the flags vary slowest; a single argument may be [pattern, flags]
  global,    // scan: the pattern varies slowest, and "g" stands before the flags
  globally,  // splits gsub: ... behind the flags
  once,      // sub
};

/// Where pattern and flags of a call come from; a constant pattern is compiled once.
class PatternSource {
 public:
  PatternSource(PatternUse use, const Node* pattern, const Node* flags) : use_(use), pattern_(pattern), flags_(flags) {
    const Value* const text = pattern->constant();
    const Value* const given = flags != nullptr ? flags->constant() : nullptr;
    if (text == nullptr || !text->is_text() || (flags != nullptr && (given == nullptr || !given->is_text()))) return;
    auto parsed = parse_regex_flags((given != nullptr ? std::string(given->as_text()) : "") + (is_global() ? "g" : ""));
    if (!parsed) return;
    auto compiled = Regex::compile(text->as_text(), *parsed);
    if (!compiled) return;
    compiled_ = std::move(*compiled);
    constant_ = {compiled_.get(), *parsed};
  }

  bool is_single() const { return pattern_->is_single() && (flags_ == nullptr || flags_->is_single()); }

  /// Calls `take` with each pattern; false where that returns false or an error was noted.
  template <class F>
  bool for_each(Frame& frame, const Value& input, F&& take) const {
    if (compiled_ != nullptr) return is_searchable(frame.run, input) && take(constant_);
    const Item plain{input, nullptr};
    const Item none{Value::null(), nullptr};
    const auto try_both = [&](const Item& pattern, const Item& flags) {
      return look_up(frame.run, input, pattern.value, flags.value, take);
    };
    if (flags_ == nullptr)
      return pattern_->each(frame, plain, [&](const Item& pattern) { return try_both(pattern, none); });
    if (use_ != PatternUse::matching)
      return pattern_->each(frame, plain, [&](const Item& pattern) {
        return flags_->each(frame, plain, [&](const Item& flags) { return try_both(pattern, flags); });
      });
    return flags_->each(frame, plain, [&](const Item& flags) {
      return pattern_->each(frame, plain, [&](const Item& pattern) { return try_both(pattern, flags); });
    });
  }

 private:
  bool is_global() const { return use_ == PatternUse::global || use_ == PatternUse::globally; }

  static bool is_searchable(Evaluation& run, const Value& input) {
    return input.is_text() || (type_error(run, input, "cannot be matched, as it is not a string"), false);
  }

  template <class F>
  bool look_up(Evaluation& run, const Value& input, Value pattern, Value flags, F&& take) const {
    if (use_ == PatternUse::matching && flags_ == nullptr && !pattern.is_text()) {
      if (pattern.kind() != Kind::array || pattern.size() == 0)
        return run.fail(std::string(kind_name(pattern)) + " not a string or array"), false;
      if (pattern.size() > 1) flags = pattern.items()[1];
      pattern = pattern.items()[0];
    }
    if (use_ == PatternUse::global) flags = add(run, Value::text("g"), flags);
    if (use_ == PatternUse::globally) flags = add(run, flags, Value::text("g"));
    if (flags.is_nothing() || !is_searchable(run, input)) return false;
    if (!pattern.is_text()) return type_error(run, pattern, "is not a string"), false;
    if (!flags.is_text() && !flags.is_null()) return type_error(run, flags, "is not a string"), false;
    const auto& entry = run.regexes->find(pattern.as_text(), flags.is_text() ? flags.as_text() : std::string_view());
    if (entry.regex == nullptr) return run.fail(entry.fault), false;
    const auto kept = entry.regex;  // the cache may forget it while its matches are looked at
    return take(Search{kept.get(), entry.flags});
  }

  PatternUse use_;
  const Node* pattern_;
  const Node* flags_;
  std::unique_ptr<const Regex> compiled_;
  Search constant_;
};

}  // namespace flowrun::expr
