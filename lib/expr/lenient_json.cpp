#include "expr/lenient_json.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <unordered_map>
#include <utility>
#include <vector>

#include "record/json.hpp"
#include "record/json_scalar.hpp"
#include "record/member_index.hpp"

namespace flowrun::expr {
namespace {

using Fault = const char*;  // what is wrong, or null

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equals_in_any_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char left, char right) { return (left | 0x20) == right; });
}

Value number_named(std::string_view token) {
  const bool negative = !token.empty() && token[0] == '-';
  if (negative || (!token.empty() && token[0] == '+')) token.remove_prefix(1);
  if (equals_in_any_case(token, "nan")) return Value::number(std::nan(""));
  if (equals_in_any_case(token, "infinity") || equals_in_any_case(token, "inf"))
    return Value::number(negative ? -HUGE_VAL : HUGE_VAL);
  return {};
}

// Takes characters one by one. What is open stands in a list, as do the values of all that is open.
class LenientReader {
 public:
  LenientReader(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  Result<Value, std::string> read() {
    for (const char c : text_) {
      count_position(c);
      if (const Fault fault = take(c)) return failure(fmt::format("{} at line {}, column {}", fault, line_, column_));
    }
    if (const Fault fault = finish())
      return failure(fmt::format("{} at EOF at line {}, column {}", fault, line_, column_));
    if (done_.is_nothing() && next_.is_nothing()) return failure("Expected JSON value");
    if (!done_.is_nothing() && !next_.is_nothing()) return failure("Unexpected extra JSON values");
    return done_.is_nothing() ? next_ : done_;
  }

 private:
  struct Open {
    bool is_object;
    std::size_t begin;  // of its values, or keys and values in turn
    bool has_key = false;
  };

  std::string failure(const std::string& message) const {
    return fmt::format("{} (while parsing '{}')", message, text_.substr(0, text_.find('\0')));
  }

  void count_position(char c) {
    ++column_;
    if (c != '\n') return;
    ++line_;
    column_ = 0;
  }

  Fault take(char c) {
    if (in_text_) return take_in_text(c);
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    const bool structural = c == '[' || c == ']' || c == '{' || c == '}' || c == ',' || c == ':';
    if (!blank && !structural && c != '"') {
      token_ += c;
      return nullptr;
    }
    if (const Fault fault = end_token()) return fault;
    if (const Fault fault = end_value()) return fault;
    if (c == '"') in_text_ = true;
    if (structural)
      if (const Fault fault = take_structural(c)) return fault;
    return end_value();
  }

  Fault take_in_text(char c) {
    if (c != '"' || escaped_) {
      token_ += c;
      escaped_ = c == '\\' && !escaped_;
      return nullptr;
    }
    in_text_ = false;
    if (const Fault fault = end_text()) return fault;
    return end_value();
  }

  // A value on the outermost level is whole; behind it there must be none.
  Fault end_value() {
    if (!open_.empty() || next_.is_nothing() || !done_.is_nothing()) return nullptr;
    done_ = std::exchange(next_, Value());
    return nullptr;
  }

  Fault give(const Value& value) {
    if (!next_.is_nothing()) return "Expected separator between values";
    next_ = value;
    return nullptr;
  }

  Fault end_text() {
    char* const room = static_cast<char*>(arena_.allocate(token_.size() + 1));
    for (const char c : token_)
      if (static_cast<unsigned char>(c) < 0x20)
        return "Invalid string: control characters from U+0000 through U+001F must be escaped";
    const Unescaped text = unescape(token_, room);
    if (text.fault != nullptr) return bad_escape(text.fault_offset);
    token_.clear();
    return give(Value::text(std::string_view(room, text.size)));
  }

  Fault bad_escape(std::size_t offset) const {
    if (offset + 1 >= token_.size() || token_[offset + 1] != 'u') return "Invalid escape";
    if (offset + 6 > token_.size()) return "Invalid \\uXXXX escape";
    const auto is_hexadecimal = [](char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
    const auto digits = std::string_view(token_).substr(offset + 2, 4);
    return std::all_of(digits.begin(), digits.end(), is_hexadecimal) ? "Invalid \\uXXXX\\uXXXX surrogate pair escape"
                                                                     : "Invalid characters in \\uXXXX escape";
  }

  Fault end_token() {
    if (token_.empty()) return nullptr;
    if (token_[0] == '\'') return "Invalid string literal; expected \", but got '";
    Value value;
    if (token_[0] == 't' || token_[0] == 'f' || token_.compare(0, 2, "nu") == 0) {
      if (token_ == "true" || token_ == "false") value = Value::boolean(token_ == "true");
      if (token_ == "null") value = Value::null();
      if (value.is_nothing()) return "Invalid literal";
    } else {
      value = number_named(token_);
      const std::string digits = to_json_number(token_);
      if (!digits.empty()) value = number_of(arena_.copy(digits));
      if (value.is_nothing()) return "Invalid numeric literal";
    }
    token_.clear();
    return give(value);
  }

  Fault take_structural(char c) {
    switch (c) {
      case '[':
      case '{':
        if (open_.size() >= JsonReader::most_nesting) return "Exceeds depth limit for parsing";
        if (!next_.is_nothing()) return "Expected separator between values";
        open_.push_back({c == '{', values_.size()});
        return nullptr;
      case ':':
        return take_colon();
      case ',':
        return take_comma();
      case ']':
        return close_array();
      default:
        return close_object();
    }
  }

  Fault take_colon() {
    if (next_.is_nothing()) return "Expected string key before ':'";
    if (open_.empty() || !open_.back().is_object || open_.back().has_key) return "':' not as part of an object";
    if (!next_.is_text()) return "Object keys must be strings";
    open_.back().has_key = true;
    keep_next();
    return nullptr;
  }

  Fault take_comma() {
    if (next_.is_nothing()) return "Expected value before ','";
    if (open_.empty()) return "',' not as part of an object or array";
    if (open_.back().is_object && !open_.back().has_key) return "Objects must consist of key:value pairs";
    open_.back().has_key = false;
    keep_next();
    return nullptr;
  }

  Fault close_array() {
    if (open_.empty() || open_.back().is_object) return "Unmatched ']'";
    if (!next_.is_nothing())
      keep_next();
    else if (values_.size() > open_.back().begin)
      return "Expected another array element";
    const std::size_t size = values_.size() - open_.back().begin;
    Value* const items = new_items(arena_, size);
    std::copy(values_.end() - static_cast<std::ptrdiff_t>(size), values_.end(), items);
    close(Value::array(items, size));
    return nullptr;
  }

  Fault close_object() {
    if (open_.empty()) return "Unmatched '}'";
    Open& open = open_.back();
    if (!next_.is_nothing()) {
      if (!open.has_key) return "Objects must consist of key:value pairs";
      keep_next();
    } else {
      if (!open.is_object || open.has_key) return "Unmatched '}'";
      if (values_.size() > open.begin) return "Expected another key-value pair";
    }
    close(object_from(open.begin));
    return nullptr;
  }

  // The last value of a key wins, where the first stood.
  Value object_from(std::size_t begin) {
    std::unordered_map<std::string_view, std::size_t> positions;
    Member* const members = new_members(arena_, (values_.size() - begin) / 2);
    for (std::size_t i = begin; i < values_.size(); i += 2) {
      const auto [known, is_new] = positions.emplace(values_[i].as_text(), positions.size());
      members[known->second] = {values_[i], values_[i + 1]};
    }
    const Value object = Value::object(members, positions.size());
    if (positions.size() > most_unindexed) index_members(object, arena_);
    return object;
  }

  void keep_next() { values_.push_back(std::exchange(next_, Value())); }
  void close(const Value& whole) {
    values_.resize(open_.back().begin);
    open_.pop_back();
    next_ = whole;
  }

  Fault finish() {
    if (in_text_) return "Unfinished string";
    if (const Fault fault = end_token()) return fault;
    return open_.empty() ? nullptr : "Unfinished JSON term";
  }

  std::string_view text_;
  Arena& arena_;
  std::size_t line_ = 1;
  std::size_t column_ = 0;
  std::string token_;  // of what is no text, or between the quotes of a text
  bool in_text_ = false;
  bool escaped_ = false;
  std::vector<Open> open_;
  std::vector<Value> values_;
  Value next_;  // read, and not yet in a container
  Value done_;  // a whole value on the outermost level
};

}  // namespace

std::string to_json_number(std::string_view token) {
  std::string digits;
  if (!token.empty() && (token[0] == '-' || token[0] == '+')) {
    if (token[0] == '-') digits = "-";
    token.remove_prefix(1);
  }
  const std::size_t mark = std::min(token.find_first_of("eE"), token.size());
  const auto mantissa = token.substr(0, mark);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  auto whole = mantissa.substr(0, point);
  const auto fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
  if (whole.empty() && fraction.empty()) return {};
  while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
  digits += whole.empty() ? "0" : whole;
  if (!fraction.empty()) digits.append(".").append(fraction);
  digits += token.substr(mark);
  return is_number(digits) ? digits : std::string();
}

Result<Value, std::string> read_lenient_json(std::string_view text, Arena& arena) {
  return LenientReader(text, arena).read();
}

}  // namespace flowrun::expr
