#include "flow/yaml_scalar.hpp"

#include <algorithm>

#include "flow/yaml_lexical.hpp"

namespace flowrun {

namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

YamlStyle style_at(std::string_view source, std::size_t begin) {
  const char first = begin < source.size() ? source[begin] : '\0';
  if (first == '\'') return YamlStyle::single_quoted;
  if (first == '"') return YamlStyle::double_quoted;
  if (first == '|') return YamlStyle::literal;
  if (first == '>') return YamlStyle::folded;
  return YamlStyle::plain;
}

// Walks source and value together; `source_at` is at a step of the source that has not been taken.
class Walk {
 public:
  Walk(std::string_view source, std::size_t begin, std::string_view value)
      : source_(source), value_(value), at_(begin) {
    offsets_.reserve(value.size() + 1);
  }

  // The lines of a plain or quoted scalar: a line end and the blanks around it are one blank, or a newline for each empty line.
  void flow_lines(YamlStyle style, std::size_t limit) {
    while (!is_done() && at_ < limit) {
      if (is_blank(source_[at_])) {
        blanks(limit);
      } else if (style == YamlStyle::double_quoted && source_[at_] == '\\') {
        escape();
      } else if (style == YamlStyle::single_quoted && source_[at_] == '\'') {
        take(1, 2);
      } else {
        take(1, 1);
      }
    }
  }

  // The lines of a block scalar, from the line behind its header.
  void block_lines(bool folded) {
    const std::size_t indentation = block_indentation();
    while (!is_done() && at_ < source_.size()) {
      skip_indentation(indentation);
      while (!is_done() && at_ < source_.size() && source_[at_] != '\n') take(1, 1);
      if (!is_done() && at_ < source_.size()) folded ? folded_line_ends(indentation) : take(1, 1);
    }
  }

  void skip_line() { at_ = std::min(source_.find('\n', at_), source_.size() - 1) + 1; }
  std::size_t at() const { return at_; }

  std::vector<std::size_t> finish() {
    offsets_.resize(value_.size() + 1, at_);
    return std::move(offsets_);
  }

 private:
  bool is_done() const { return offsets_.size() >= value_.size(); }
  char next_of_value() const { return value_[offsets_.size()]; }

  // `of_value` bytes of the value come from this place, `of_source` bytes long.
  void take(std::size_t of_value, std::size_t of_source) {
    const std::size_t left = value_.size() - offsets_.size();
    offsets_.insert(offsets_.end(), std::min(of_value, left), at_);
    at_ = std::min(at_ + of_source, source_.size());
  }

  // Takes newlines of the value, `most` at most; all come from here.
  void take_newlines(std::size_t most) {
    for (; most > 0 && !is_done() && next_of_value() == '\n'; --most) take(1, 0);
  }

  // A run of blanks that are written as such: within a line each is itself, at a line end they are folded.
  void blanks(std::size_t limit) {
    std::size_t end = at_;
    while (end < limit && is_blank(source_[end])) ++end;
    const auto newlines = std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_),
                                     source_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    if (newlines == 0) {
      while (at_ < end && !is_done()) take(next_of_value() == source_[at_] ? 1 : 0, 1);
    } else if (newlines == 1) {
      take(next_of_value() == ' ' ? 1 : 0, 0);
    } else {
      take_newlines(static_cast<std::size_t>(newlines) - 1);
    }
    at_ = end;
  }

  void escape() {
    const char letter = at_ + 1 < source_.size() ? source_[at_ + 1] : '\0';
    if (letter == '\n') return escaped_newline();
    const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits > 0) return take(encoded_length(source_.substr(std::min(at_ + 2, source_.size()), digits)), 2 + digits);
    if (letter == 'L' || letter == 'P') return take(3, 2);
    const bool two_bytes = (letter == 'N' || letter == '_') && next_of_value() == '\xC2';
    take(two_bytes ? 2 : 1, 2);
  }

  // It and the blanks at the beginning of the next line are nothing; an empty line behind it is a newline.
  void escaped_newline() {
    std::size_t end = at_ + 2;
    while (end < source_.size() && is_blank(source_[end])) ++end;
    const auto empty_lines = std::count(source_.begin() + static_cast<std::ptrdiff_t>(at_ + 2),
                                        source_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    take_newlines(static_cast<std::size_t>(empty_lines));
    at_ = end;
  }

  static std::size_t encoded_length(std::string_view hexadecimal) {
    unsigned long code = 0;
    for (const char digit : hexadecimal) {
      const int value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
      code = code * 16 + static_cast<unsigned long>(value);
    }
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }

  // How far the content of a block is indented: by what the first line with content has lost.
  std::size_t block_indentation() const {
    const std::size_t in_value = value_.find_first_not_of(" \n");
    std::size_t line = at_;
    std::size_t content = source_.find_first_not_of(" \n", at_);
    if (in_value == std::string_view::npos || content == std::string_view::npos) content = source_.size();
    for (std::size_t end = source_.find('\n', line); end < content; end = source_.find('\n', line)) line = end + 1;
    if (in_value == std::string_view::npos) return content - line;
    const std::size_t before = value_.substr(0, in_value).find_last_of('\n');
    const std::size_t kept = before == std::string_view::npos ? in_value : in_value - before - 1;
    return content - line - std::min(kept, content - line);
  }

  void skip_indentation(std::size_t indentation) {
    for (std::size_t i = 0; i < indentation && at_ < source_.size() && source_[at_] == ' '; ++i) ++at_;
  }

  // A line end and the empty lines behind it: one blank, or newlines.
  void folded_line_ends(std::size_t indentation) {
    if (next_of_value() == ' ') return take(1, 1);
    while (at_ < source_.size() && source_[at_] == '\n') {
      take(!is_done() && next_of_value() == '\n' ? 1 : 0, 1);
      const std::size_t line = at_;
      skip_indentation(indentation);
      if (at_ >= source_.size() || source_[at_] != '\n') {
        at_ = line;
        return;
      }
    }
  }

  std::string_view source_;
  std::string_view value_;
  std::size_t at_;
  std::vector<std::size_t> offsets_;  // one for each byte of the value that has been taken
};

ScalarTrace trace_quoted(std::string_view source, std::size_t begin, std::string_view value, YamlStyle style) {
  ScalarTrace trace;
  trace.style = style;
  const std::size_t closing = closing_quote(source, begin + 1, source[begin]);
  trace.is_closed = closing != std::string_view::npos;
  trace.end = trace.is_closed ? closing + 1 : source.size();
  Walk walk(source, begin + 1, value);
  walk.flow_lines(style, trace.is_closed ? closing : source.size());
  trace.offsets = walk.finish();
  return trace;
}

}  // namespace

ScalarTrace trace_scalar(std::string_view source, std::size_t begin, std::string_view value) {
  begin = std::min(begin, source.size());
  ScalarTrace trace;
  trace.style = style_at(source, begin);
  if (trace.style == YamlStyle::single_quoted || trace.style == YamlStyle::double_quoted)
    return trace_quoted(source, begin, value, trace.style);
  Walk walk(source, begin, value);
  if (trace.style == YamlStyle::plain) {
    walk.flow_lines(trace.style, source.size());
  } else {
    walk.skip_line();
    walk.block_lines(trace.style == YamlStyle::folded);
  }
  trace.end = walk.at();
  trace.offsets = walk.finish();
  return trace;
}

}  // namespace flowrun
