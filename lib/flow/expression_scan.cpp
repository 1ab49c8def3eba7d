#include "flow/expression_scan.hpp"

namespace flowrun {
namespace {

// Walks over a jq text and knows what brackets and texts are open. An interpolation within a text is a bracket of its own.
class Walk {
 public:
  bool outside() const { return open_.empty(); }

  void take(char byte) {
    if (in_comment_) {
      in_comment_ = byte != '\n';
    } else if (in_text()) {
      take_in_text(byte);
    } else if (byte == '#') {
      in_comment_ = true;
    } else if (byte == '"' || byte == '(' || byte == '[' || byte == '{') {
      open_.push_back(byte);
    } else if ((byte == ')' || byte == ']' || byte == '}') && !open_.empty()) {
      open_.pop_back();
    }
  }
  bool plain() const { return outside() && !in_comment_; }

 private:
  bool in_text() const { return !open_.empty() && open_.back() == '"'; }
  void take_in_text(char byte) {
    const bool escaped = escaped_;
    escaped_ = false;
    if (escaped && byte == '(')
      open_.push_back('(');
    else if (!escaped && byte == '"')
      open_.pop_back();
    else
      escaped_ = !escaped && byte == '\\';
  }

  std::vector<char> open_;
  bool escaped_ = false;
  bool in_comment_ = false;
};

}  // namespace

std::size_t find_outside(std::string_view text, std::string_view stop, std::size_t from) {
  Walk walk;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (walk.plain() && text.substr(at, stop.size()) == stop) return at;
    walk.take(text[at]);
  }
  return std::string_view::npos;
}

std::vector<Piece> split_outside(std::string_view text, char separator) {
  std::vector<Piece> pieces;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = find_outside(text, std::string_view(&separator, 1), begin);
    if (end == std::string_view::npos) break;
    pieces.push_back({begin, text.substr(begin, end - begin)});
    begin = end + 1;
  }
  pieces.push_back({begin, text.substr(begin)});
  return pieces;
}

}  // namespace flowrun
