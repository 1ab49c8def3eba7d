#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "record/json.hpp"
#include "record/sorted_members.hpp"

namespace flowrun {
namespace {

// What stands behind the backslash for each byte: 'u' for \u00xx, 0 where the byte stands for itself.
constexpr auto escapes = [] {
  std::array<char, 256> letters{};
  for (std::size_t control = 0; control < 0x20; ++control) letters[control] = 'u';
  letters[0x7F] = 'u';
  letters['"'] = '"';
  letters['\\'] = '\\';
  letters['\b'] = 'b';
  letters['\f'] = 'f';
  letters['\n'] = 'n';
  letters['\r'] = 'r';
  letters['\t'] = 't';
  return letters;
}();

char escape_of(char character) { return escapes[static_cast<unsigned char>(character)]; }

void write_escaped(char character, std::string& out) {
  constexpr std::string_view hex = "0123456789abcdef";
  const char letter = escape_of(character);
  out.push_back('\\');
  out.push_back(letter);
  if (letter != 'u') return;
  const auto byte = static_cast<unsigned char>(character);
  out.append("00");
  out.push_back(hex[byte >> 4]);
  out.push_back(hex[byte & 15]);
}

void write_text(std::string_view text, std::string& out) {
  out.push_back('"');
  std::size_t start = 0;
  for (std::size_t position = 0; position < text.size(); ++position) {
    if (escape_of(text[position]) == 0) continue;
    out.append(text.substr(start, position - start));
    write_escaped(text[position], out);
    start = position + 1;
  }
  out.append(text.substr(start));
  out.push_back('"');
}

void write_integer(std::int64_t integer, std::string& out) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, integer).ptr);
}

// Digits whose first one stands for ones times ten to the power of `exponent`.
void write_plain(std::string_view digits, int exponent, std::string& out) {
  if (exponent < 0) {
    out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (whole >= digits.size()) {
    out.append(digits).append(whole - digits.size(), '0');
    return;
  }
  out.append(digits.substr(0, whole)).append(1, '.').append(digits.substr(whole));
}

// Without white space, and keys in their own order.
class Compact {
 public:
  explicit Compact(std::string& out) : out_(out) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Kind::nothing:
      case Kind::null:
        out_.append("null");
        break;
      case Kind::boolean:
        out_.append(value.as_boolean() ? "true" : "false");
        break;
      case Kind::integer:
        write_integer(value.as_integer(), out_);
        break;
      case Kind::number:
        write_number(value.as_number(), out_);
        break;
      case Kind::digits:
        out_.append(value.as_text());
        break;
      case Kind::text:
        write_text(value.as_text(), out_);
        break;
      case Kind::array:
        write_array(value);
        break;
      case Kind::object:
        write_object(value);
        break;
    }
  }

 private:
  void write_array(const Value& array) {
    char before = '[';
    if (array.size() == 0) out_.push_back(before);
    for (const Value& item : array.items()) {
      out_.push_back(before);
      before = ',';
      write(item);
    }
    out_.push_back(']');
  }
  void write_object(const Value& object) {
    char before = '{';
    if (object.size() == 0) out_.push_back(before);
    for (const Member& member : object.members()) {
      out_.push_back(before);
      before = ',';
      write_text(member.key.as_text(), out_);
      out_.push_back(':');
      write(member.value);
    }
    out_.push_back('}');
  }

  std::string& out_;
};

class Indented {
 public:
  Indented(const JsonLayout& layout, std::string& out)
      : layout_(layout), out_(out), spread_(layout.tab || layout.indent > 0) {}

  void write(const Value& value) {
    if (value.kind() == Kind::array && value.size() > 0) {
      begin('[');
      for (const Value& item : value.items()) {
        next_item();
        write(item);
      }
      end(']');
    } else if (value.kind() == Kind::object && value.size() > 0) {
      begin('{');
      if (layout_.sort_keys) {
        for (const Member* const member : sorted_members(value)) write_member(*member);
      } else {
        for (const Member& member : value.members()) write_member(member);
      }
      end('}');
    } else {
      Compact(out_).write(value);
    }
  }

 private:
  void begin(char bracket) {
    out_.push_back(bracket);
    ++level_;
    first_ = true;
  }
  void end(char bracket) {
    --level_;
    first_ = false;
    new_line();
    out_.push_back(bracket);
  }
  void next_item() {
    if (!first_) out_.push_back(',');
    first_ = false;
    new_line();
  }
  void new_line() {
    if (!spread_) return;
    out_.push_back('\n');
    if (layout_.tab)
      out_.append(level_, '\t');
    else
      out_.append(level_ * static_cast<std::size_t>(layout_.indent), ' ');
  }
  void write_member(const Member& member) {
    next_item();
    write_text(member.key.as_text(), out_);
    out_.append(spread_ ? ": " : ":");
    write(member.value);
  }

  const JsonLayout& layout_;
  std::string& out_;
  bool spread_;
  std::size_t level_ = 0;
  bool first_ = false;
};

}  // namespace

void write_json(const Value& value, std::string& out) { Compact(out).write(value); }

void write_json(const Value& value, const JsonLayout& layout, std::string& out) { Indented(layout, out).write(value); }

void write_number(double number, std::string& out) {
  if (std::isnan(number)) {
    out.append("null");
    return;
  }
  if (std::isinf(number)) number = std::copysign(std::numeric_limits<double>::max(), number);
  char text[32];
  const char* const end = std::to_chars(text, text + sizeof text, number, std::chars_format::scientific).ptr;
  const std::string_view scientific(text, static_cast<std::size_t>(end - text));
  const std::size_t mark = scientific.find('e');
  int exponent = 0;
  std::from_chars(text + mark + (text[mark + 1] == '+' ? 2 : 1), end, exponent);
  if (exponent < -5 || exponent > 16) {
    out.append(scientific);
    return;
  }
  char digits[24];
  std::size_t count = 0;
  for (const char character : scientific.substr(0, mark))
    if (character >= '0') digits[count++] = character;
  if (std::signbit(number)) out.push_back('-');
  write_plain({digits, count}, exponent, out);
}

}  // namespace flowrun
