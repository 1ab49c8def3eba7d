#include "flow/yaml_nesting.hpp"

#include <algorithm>

#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

namespace {

// As many brackets and commas as the library takes without anybody noticing.
constexpr std::ptrdiff_t harmless_tokens = 10'000;

bool opens(char byte) { return byte == '[' || byte == '{'; }
bool closes(char byte) { return byte == ']' || byte == '}'; }
bool counts(char byte) { return opens(byte) || byte == ','; }
bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

// Walks over the nodes in brackets, where YAML is regular: a bracket counts unless it is quoted or in a comment.
class BracketWalk {
 public:
  BracketWalk(std::string_view text, std::size_t begin) : text_(text), at_(begin) {}

  /// Goes on to the end of the outermost bracket, or what is wrong before that.
  std::optional<BracketFault> find() {
    const std::size_t begin = at_;
    std::size_t depth = 0, tokens = 0;
    for (at_ = skip_blanks_and_comments(text_, at_); at_ < text_.size(); at_ = skip_blanks_and_comments(text_, at_)) {
      const char byte = text_[at_];
      if (opens(byte) && ++depth > YamlLimits::nesting) return BracketFault{at_, true};
      if (++tokens > YamlLimits::bracket_tokens) return BracketFault{begin, false};
      if (closes(byte) && --depth == 0) break;
      at_ = opens(byte) || closes(byte) || byte == ',' ? at_ + 1 : end_of_scalar();
    }
    return std::nullopt;
  }
  std::size_t end() const { return at_; }

 private:
  std::size_t end_of_scalar() const {
    const char byte = text_[at_];
    if (byte == '"' || byte == '\'') return std::min(closing_quote(text_, at_ + 1, byte), text_.size() - 1) + 1;
    if (byte == '&' || byte == '*' || byte == '!') return end_of_name(text_, at_);
    std::size_t end = at_;
    while (end < text_.size() && !ends_plain(end)) ++end;
    return std::max(end, at_ + 1);
  }
  bool ends_plain(std::size_t at) const {
    const char byte = text_[at];
    if (opens(byte) || closes(byte) || byte == ',') return true;
    if (byte == '#') return is_blank(text_[at - 1]);
    return byte == ':' && (at + 1 == text_.size() || is_blank(text_[at + 1]));
  }

  std::string_view text_;
  std::size_t at_;
};

}  // namespace

std::optional<BracketFault> find_bracket_fault(const SourceText& source) {
  const std::string_view text = source.text();
  if (std::count_if(text.begin(), text.end(), counts) <= harmless_tokens) return std::nullopt;
  std::size_t indentation = std::string_view::npos;  // lines that are indented deeper may go on with a text
  std::size_t next = 0;                              // what stands before it has been looked at
  for (std::size_t number = 1; source.line_begin(number) < text.size(); ++number) {
    const std::string_view line = source.line(number);
    const std::size_t indented = line.find_first_not_of(" \t");
    if (source.line_begin(number) < next || indented == line.npos || indented > indentation || line[indented] == '#')
      continue;
    indentation = std::string_view::npos;
    const auto value = value_on_line(source, number);
    const std::size_t begin = value ? value->value.begin : source.line_begin(number) + indented;
    if (opens(text[begin])) {
      BracketWalk walk(text, begin);
      if (const auto found = walk.find()) return found;
      next = walk.end();
    } else if (value && (text[begin] == '"' || text[begin] == '\'')) {
      next = closing_quote(text, begin + 1, text[begin]);
    } else if (value) {
      indentation = indented;
    }
  }
  return std::nullopt;
}

}  // namespace flowrun
