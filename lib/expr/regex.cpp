#include "expr/regex.hpp"

#include <cctype>
#include <cstring>
#include <mutex>
#include <oniguruma.h>

#include "base/utf8.hpp"

namespace flowrun::expr {
namespace {

void initialize_once() {
  static std::once_flag done;
  std::call_once(done, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
  });
}

std::string failure(int code, OnigErrorInfo* info) {
  OnigUChar text[ONIG_MAX_ERROR_MESSAGE_LEN];
  const int length = info != nullptr ? onig_error_code_to_str(text, code, info) : onig_error_code_to_str(text, code);
  return "Regex failure: " + std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
}

const OnigUChar* bytes(const char* text) { return reinterpret_cast<const OnigUChar*>(text); }

}  // namespace

struct Regex::Compiled {
  regex_t* regex = nullptr;
  ~Compiled() {
    if (regex != nullptr) onig_free(regex);
  }
};

Result<RegexFlags> parse_regex_flags(std::string_view flags) {
  RegexFlags parsed;
  for (const char flag : flags) {
    switch (flag) {
      case 'g':
        parsed.global = true;
        break;
      case 'i':
        parsed.options |= ONIG_OPTION_IGNORECASE;
        break;
      case 'x':
        parsed.options |= ONIG_OPTION_EXTEND;
        break;
      case 'm':
        parsed.options |= ONIG_OPTION_MULTILINE;
        break;
      case 's':
        parsed.options |= ONIG_OPTION_SINGLELINE;
        break;
      case 'p':
        parsed.options |= ONIG_OPTION_MULTILINE | ONIG_OPTION_SINGLELINE;
        break;
      case 'l':
        parsed.options |= ONIG_OPTION_FIND_LONGEST;
        break;
      case 'n':
        parsed.options |= ONIG_OPTION_FIND_NOT_EMPTY;
        break;
      default:
        return Error{std::string(flags) + " is not a valid modifier string"};
    }
  }
  return parsed;
}

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {
  names_.resize(static_cast<std::size_t>(onig_number_of_captures(compiled_->regex)));
  onig_foreach_name(
      compiled_->regex,
      [](const OnigUChar* name, const OnigUChar* end, int count, int* groups, OnigRegex, void* names) {
        for (int i = 0; i < count; ++i)
          (*static_cast<std::vector<std::string>*>(names))[static_cast<std::size_t>(groups[i] - 1)].assign(
              reinterpret_cast<const char*>(name), static_cast<std::size_t>(end - name));
        return 0;
      },
      &names_);
}

Regex::~Regex() = default;

Result<std::unique_ptr<const Regex>> Regex::compile(std::string_view pattern, const RegexFlags& flags) {
  initialize_once();
  auto compiled = std::make_unique<Compiled>();
  OnigErrorInfo info{};
  const int code = onig_new(&compiled->regex, bytes(pattern.data()), bytes(pattern.data() + pattern.size()),
                            flags.options | ONIG_OPTION_CAPTURE_GROUP, ONIG_ENCODING_UTF8, ONIG_SYNTAX_PERL_NG, &info);
  if (code != ONIG_NORMAL) return Error{failure(code, &info)};
  auto regex = std::unique_ptr<Regex>(new Regex(std::move(compiled)));
  const bool is_exact = (flags.options & (ONIG_OPTION_IGNORECASE | ONIG_OPTION_EXTEND)) == 0;
  if (is_exact) regex->literal_ = required_literal(pattern);
  if (flags.options == ONIG_OPTION_NONE) regex->automaton_ = Automaton::make(pattern);
  return std::unique_ptr<const Regex>(std::move(regex));
}

// A search for a literal is many times faster than the matcher, and most texts do not have it.
bool Regex::may_match(std::string_view text) const {
  return literal_.empty() || memmem(text.data(), text.size(), literal_.data(), literal_.size()) != nullptr;
}

SearchOutcome Regex::search(std::string_view text, std::size_t from, std::vector<MatchedGroup>& groups,
                            std::string& message) const {
  if (!may_match(text.substr(from))) return SearchOutcome::not_found;
  const OnigUChar* const end = bytes(text.data() + text.size());
  OnigRegion region{};
  const int found =
      onig_search(compiled_->regex, bytes(text.data()), end, bytes(text.data() + from), end, &region, ONIG_OPTION_NONE);
  SearchOutcome outcome = SearchOutcome::not_found;
  if (found >= 0) {
    outcome = SearchOutcome::found;
    groups.resize(static_cast<std::size_t>(region.num_regs));
    for (int i = 0; i < region.num_regs; ++i)
      groups[static_cast<std::size_t>(i)] = region.beg[i] < 0 ? MatchedGroup{}
                                                              : MatchedGroup{static_cast<std::size_t>(region.beg[i]),
                                                                             static_cast<std::size_t>(region.end[i])};
  } else if (found != ONIG_MISMATCH) {
    outcome = SearchOutcome::failed;
    message = failure(found, nullptr);
  }
  onig_region_free(&region, 0);
  return outcome;
}

SearchOutcome Regex::test(std::string_view text, std::string& message) const {
  // The automaton is through with a short text before a search for the literal has begun.
  constexpr std::size_t short_text = 32;
  const bool is_short = automaton_ != nullptr && text.size() <= short_text;
  if (!is_short && !may_match(text)) return SearchOutcome::not_found;
  if (automaton_ != nullptr) {
    const auto answer = automaton_->test(text);
    if (answer == Automaton::Answer::found) return SearchOutcome::found;
    if (answer == Automaton::Answer::not_found) return SearchOutcome::not_found;
  }
  const OnigUChar* const begin = bytes(text.data());
  const OnigUChar* const end = bytes(text.data() + text.size());
  const int found = onig_search(compiled_->regex, begin, end, begin, end, nullptr, ONIG_OPTION_NONE);
  if (found >= 0) return SearchOutcome::found;
  if (found == ONIG_MISMATCH) return SearchOutcome::not_found;
  message = failure(found, nullptr);
  return SearchOutcome::failed;
}

const RegexCache::Entry& RegexCache::find(std::string_view pattern, std::string_view flags) {
  constexpr std::size_t most_entries = 256;
  key_.assign(flags);
  key_ += '/';
  key_ += pattern;
  if (const auto known = entries_.find(key_); known != entries_.end()) return known->second;
  if (entries_.size() >= most_entries) entries_.clear();
  Entry& entry = entries_[key_];
  if (auto parsed = parse_regex_flags(flags); parsed) {
    entry.flags = *parsed;
    auto compiled = Regex::compile(pattern, entry.flags);
    if (compiled)
      entry.regex = std::move(*compiled);
    else
      entry.fault = compiled.error().message;
  } else {
    entry.fault = parsed.error().message;
  }
  return entry;
}

std::string regex_fault(std::string_view pattern, std::string_view flags) {
  RegexCache cache;
  return cache.find(pattern, flags).fault;
}

namespace {

// The byte behind the bracket expression or group that begins at `from`; the end where it is not closed.
std::size_t skip_nested(std::string_view pattern, std::size_t from) {
  const bool is_class = pattern[from] == '[';
  std::size_t depth = 0;
  for (std::size_t i = from; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == (is_class ? '[' : '(')) {
      ++depth;
    } else if (!is_class && pattern[i] == '[') {
      i = skip_nested(pattern, i) - 1;
    } else if (pattern[i] == (is_class ? ']' : ')') && i > from + 1 && --depth == 0) {
      return i + 1;
    }
  }
  return pattern.size();
}

bool is_plain(char c) { return std::strchr("\\^$.|?*+()[]{}", c) == nullptr; }

// A class, an anchor or a quoted sign; the others go on for more than one character.
bool is_simple_escape(std::string_view letter) {
  if (letter.empty()) return false;
  const bool is_letter = std::isalnum(static_cast<unsigned char>(letter[0])) != 0;
  return !is_letter || std::string_view("dDwWsSbBAzZhHnrt").find(letter[0]) != std::string_view::npos;
}

}  // namespace

std::string required_literal(std::string_view pattern) {
  std::string longest;
  std::string run;
  const auto end_run = [&] {
    if (run.size() > longest.size()) longest = run;
    run.clear();
  };
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '|') return {};
    if (is_plain(c) && c != '\0') {
      run += c;
      ++i;
    } else if (c == '?' || c == '*' || c == '{') {
      // What stands before may be missing: the last character, all its bytes.
      while (!run.empty() && is_utf8_continuation(run.back())) run.pop_back();
      if (!run.empty()) run.pop_back();
      end_run();
      const std::size_t close = c == '{' ? pattern.find('}', i) : i;
      if (close == std::string_view::npos) return longest;
      i = close + 1;
    } else {
      end_run();
      if (c == '(' && pattern.substr(i + 1, 1) == "?") return {};  // options may change what follows
      if (c == '\\' && !is_simple_escape(pattern.substr(i + 1, 1))) return {};
      if (c == '(' || c == '[')
        i = skip_nested(pattern, i);
      else
        i += c == '\\' ? 2 : 1;
    }
  }
  end_run();
  return longest;
}

}  // namespace flowrun::expr
