#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <emmintrin.h>
#include <limits>
#include <utility>
#include <vector>

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

// Whether some of 16 bytes have to be escaped.
bool some_escaped(const char* bytes) {
  const __m128i read = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(read, _mm_set1_epi8(0x1F)), read);
  const __m128i quotes = _mm_cmpeq_epi8(read, _mm_set1_epi8('"'));
  const __m128i backslashes = _mm_cmpeq_epi8(read, _mm_set1_epi8('\\'));
  const __m128i deletes = _mm_cmpeq_epi8(read, _mm_set1_epi8(0x7F));
  return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(controls, quotes), _mm_or_si128(backslashes, deletes))) != 0;
}

bool needs_escapes(std::string_view text) {
  if (text.size() < 8) {
    char found = 0;
    for (const char character : text) found = static_cast<char>(found | escape_of(character));
    return found != 0;
  }
  if (text.size() < 16) {  // its first and its last eight bytes, which may overlap
    char halves[16];
    std::memcpy(halves, text.data(), 8);
    std::memcpy(halves + 8, text.data() + text.size() - 8, 8);
    return some_escaped(halves);
  }
  for (std::size_t position = 0; position + 16 < text.size(); position += 16)
    if (some_escaped(text.data() + position)) return true;
  return some_escaped(text.data() + text.size() - 16);
}

void write_with_escapes(std::string_view text, std::string& out) {
  out.push_back('"');
  for (const char character : text) {
    if (escape_of(character) == 0)
      out.push_back(character);
    else
      write_escaped(character, out);
  }
  out.push_back('"');
}

void write_text(std::string_view text, std::string& out) {
  if (needs_escapes(text)) return write_with_escapes(text, out);
  // Room for all at once, and quotes where it begins and ends: to append piece by piece takes longer than most texts.
  const std::size_t start = out.size();
  out.append(text.size() + 2, '"');
  std::memcpy(out.data() + start + 1, text.data(), text.size());
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

// A number of at most six decimals and 15 digits: such a decimal is the shortest for its double, since no other one of so
// few digits has the same double. False where the number is none.
bool write_short_decimal(double number, std::string& out) {
  constexpr double unit = 1e6;
  const double magnitude = std::abs(number);
  if (!(magnitude < 1e9) || magnitude < 1e-5) return false;
  auto scaled = static_cast<std::uint64_t>(magnitude * unit + 0.5);
  if (static_cast<double>(scaled) / unit != magnitude) return false;
  char text[24];
  char* next = text;
  if (number < 0) *next++ = '-';
  next = std::to_chars(next, text + sizeof text, scaled / 1'000'000).ptr;
  scaled %= 1'000'000;
  if (scaled != 0) *next++ = '.';
  for (std::uint64_t place = 100'000; scaled != 0; scaled %= place, place /= 10)
    *next++ = static_cast<char>('0' + scaled / place);
  out.append(text, next);
  return true;
}

void write_any_number(double number, std::string& out) {
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

void write_scalar(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::boolean:
      out.append(value.as_boolean() ? "true" : "false");
      break;
    case Kind::integer:
      write_integer(value.as_integer(), out);
      break;
    case Kind::number:
      write_number(value.as_number(), out);
      break;
    case Kind::digits:
      out.append(value.as_text());
      break;
    case Kind::text:
      write_text(value.as_text(), out);
      break;
    default:
      out.append("null");
  }
}

bool is_container(const Value& value) { return value.kind() == Kind::array || value.kind() == Kind::object; }

// What stands between the tokens: nothing.
struct Compact {
  void new_line(std::size_t, std::string&) const {}
  std::string_view colon() const { return ":"; }
  Value object(const Value& value) { return value; }
  Value scalar(const Value& value) const { return value; }
  bool is_enough(const std::string&) const { return false; }
  bool is_too_deep(std::size_t) const { return false; }
};

// The same, down to a level.
struct CompactLevels : Compact {
  std::size_t levels;

  explicit CompactLevels(std::size_t wanted_levels) : levels(wanted_levels) {}
  bool is_too_deep(std::size_t level) const { return level > levels; }
};

// The same, up to a size.
struct CompactStart : Compact {
  std::size_t bytes;

  explicit CompactStart(std::size_t wanted_bytes) : bytes(wanted_bytes) {}
  Value scalar(const Value& value) const {
    return value.is_text() && value.as_text().size() > bytes ? Value::text(value.as_text().substr(0, bytes)) : value;
  }
  bool is_enough(const std::string& out) const { return out.size() >= bytes; }
};

// jq's: a line for each item and member.
class Indented {
 public:
  explicit Indented(const JsonLayout& layout) : layout_(layout), spread_(layout.tab || layout.indent > 0) {}

  void new_line(std::size_t level, std::string& out) const {
    if (!spread_) return;
    out.push_back('\n');
    out.append(layout_.tab ? level : level * static_cast<std::size_t>(layout_.indent), layout_.tab ? '\t' : ' ');
  }
  std::string_view colon() const { return spread_ ? ": " : ":"; }
  // The object whose members are to be written in their order.
  Value object(const Value& value) {
    if (!layout_.sort_keys) return value;
    Member* const sorted = new_members(arena_, value.size());
    Member* next = sorted;
    for (const Member* const member : SortedMembers(value)) *next++ = *member;
    return Value::object(sorted, value.size());
  }
  Value scalar(const Value& value) const { return value; }
  bool is_enough(const std::string&) const { return false; }
  bool is_too_deep(std::size_t) const { return false; }

 private:
  const JsonLayout& layout_;
  bool spread_;
  Arena arena_;
};

// Writes any value without recursion: nesting may be deeper than a stack bears. A record without nested containers
// allocates nothing.
template <class Layout>
class Writer {
 public:
  Writer(Layout& layout, std::string& out) : layout_(layout), out_(out) {}

  void write(const Value& value) {
    if (!is_container(value)) return write_scalar(layout_.scalar(value), out_);
    open(value);
    while (!layout_.is_enough(out_)) {
      if (open_.next != open_.end) {
        const Value* const nested = write_next();
        if (nested == nullptr) continue;
        around_.push_back(open_);
        open(*nested);
      } else {
        close();
        if (around_.empty()) return;
        open_ = around_.back();
        around_.pop_back();
      }
    }
  }

 private:
  // A container that is being written: its items, or its members as pairs of values.
  struct Open {
    const Value* next = nullptr;
    const Value* end = nullptr;
    bool is_object = false;
    bool is_first = true;
  };

  void open(const Value& value) {
    if (value.kind() == Kind::array) {
      open_ = {value.items().data(), value.items().data() + value.size(), false, true};
      out_.push_back('[');
    } else {
      const auto* const members = reinterpret_cast<const Value*>(layout_.object(value).members().data());
      open_ = {members, members + 2 * value.size(), true, true};
      out_.push_back('{');
    }
  }
  void close() {
    if (!open_.is_first) layout_.new_line(around_.size(), out_);
    out_.push_back(open_.is_object ? '}' : ']');
  }
  // Writes an item or a member; where its value is a container, only what stands before it, and gives the container.
  const Value* write_next() {
    if (!std::exchange(open_.is_first, false)) out_.push_back(',');
    layout_.new_line(around_.size() + 1, out_);
    if (open_.is_object) {
      write_text((open_.next++)->as_text(), out_);
      out_.append(layout_.colon());
    }
    const Value& value = *open_.next++;
    if (layout_.is_too_deep(around_.size() + 1)) {
      out_.append("<skipped: too deep>");
      return nullptr;
    }
    if (is_container(value)) return &value;
    write_scalar(layout_.scalar(value), out_);
    return nullptr;
  }

  Layout& layout_;
  std::string& out_;
  Open open_;
  std::vector<Open> around_;
};

}  // namespace

void write_json(const Value& value, std::string& out) {
  Compact layout;
  Writer(layout, out).write(value);
}

void write_json_start(const Value& value, std::size_t bytes, std::string& out) {
  CompactStart layout(bytes);
  Writer(layout, out).write(value);
}

void write_json_levels(const Value& value, std::size_t levels, std::string& out) {
  CompactLevels layout(levels);
  Writer(layout, out).write(value);
}

void write_json(const Value& value, const JsonLayout& layout, std::string& out) {
  Indented indented(layout);
  Writer(indented, out).write(value);
}

void write_number(double number, std::string& out) {
  if (!write_short_decimal(number, out)) write_any_number(number, out);
}

}  // namespace flowrun
