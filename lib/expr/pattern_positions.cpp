#include "expr/pattern_positions.hpp"

#include <bitset>
#include <charconv>
#include <cstdint>

namespace flowrun::expr {
namespace {

using Set = PatternPositions::Set;
using Characters = std::bitset<PatternPositions::end_of_text + 1>;

/// A part of the pattern: which positions its matches begin and end with.
struct Part {
  Set first = 0;
  Set last = 0;
  bool is_optional = true;  // matches the empty text
  bool has_choices = false;
};

constexpr std::size_t most_depth = 16;  // of groups

struct Times {
  static constexpr std::size_t unbounded = SIZE_MAX;
  std::size_t least = 1;
  std::size_t most = 1;
};

Characters range(unsigned char from, unsigned char to) {
  Characters made;
  for (std::size_t c = from; c <= to; ++c) made.set(c);
  return made;
}

Characters all_but(const Characters& characters) { return range(0, 127) & ~characters; }

// What stands for itself behind a backslash.
bool is_quotable(char c) {
  return std::string_view("\\^$.|?*+()[]{}/-\"#%&,:;=@~!_ ").find(c) != std::string_view::npos;
}

/// Reads a pattern. A method that reads a part gives nothing where that part is not to be had.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  std::optional<PatternPositions> read() {
    do {
      const bool is_anchored = take('^');
      const auto part = sequence();
      if (!part) return std::nullopt;
      Part whole = *part;
      if (take('$')) whole = joined(whole, end_of_line());
      if (whole.is_optional || count_ > PatternPositions::most) return std::nullopt;
      positions_.follow[PatternPositions::most] |= whole.first;
      if (!is_anchored) positions_.first |= whole.first;
      positions_.last |= whole.last;
    } while (take('|'));
    return rest_.empty() ? std::optional(positions_) : std::nullopt;
  }

 private:
  bool take(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Where there are too many, one is given twice; the pattern is refused then.
  Part position(const Characters& characters) {
    const std::size_t number = count_ < PatternPositions::most ? count_ : PatternPositions::most - 1;
    ++count_;
    const Set one = Set{1} << number;
    for (std::size_t c = 0; c < characters.size(); ++c)
      if (characters[c]) positions_.accepting[c] |= one;
    return {one, one, false, false};
  }

  void link(Set from, Set to) {
    for (; from != 0; from &= from - 1) positions_.follow[static_cast<std::size_t>(__builtin_ctzll(from))] |= to;
  }
  Part joined(const Part& left, const Part& right) {
    link(left.last, right.first);
    return {left.first | (left.is_optional ? right.first : 0), right.last | (right.is_optional ? left.last : 0),
            left.is_optional && right.is_optional, left.has_choices || right.has_choices};
  }
  static Part optional(Part part) {
    part.is_optional = part.has_choices = true;
    return part;
  }

  // $: the end of the text, perhaps behind a newline.
  Part end_of_line() {
    const Part newline = optional(position(range('\n', '\n')));
    return joined(newline, position(Characters().set(PatternPositions::end_of_text)));
  }

  std::optional<Part> sequence() {
    Part whole;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')' && rest_[0] != '$') {
      const auto part = repeated();
      if (!part || count_ > PatternPositions::most) return std::nullopt;
      whole = joined(whole, *part);
    }
    return whole;
  }

  // The part again and again, each time with positions of its own: as often as it must be there, then as often as it may.
  std::optional<Part> repeated() {
    const std::string_view begin = rest_;
    auto next = atom();
    const auto times = next ? repetition() : std::nullopt;
    if (!times) return std::nullopt;
    if (times->most > 1 && (next->has_choices || next->is_optional)) return std::nullopt;
    const std::string_view end = rest_;
    Part whole;
    for (std::size_t number = 1;; ++number) {
      const bool is_last = times->most == Times::unbounded ? number >= times->least : number == times->most;
      if (is_last && times->most == Times::unbounded) link(next->last, next->first);
      whole = joined(whole, number > times->least ? optional(*next) : *next);
      if (is_last || count_ > PatternPositions::most) break;
      rest_ = begin;
      next = atom();
    }
    rest_ = end;
    whole.has_choices = whole.has_choices || times->least != times->most;
    return whole;
  }

  std::optional<Times> repetition() {
    if (rest_.starts_with('{')) return counted_repetition();
    Times times;
    if (take('*'))
      times = {0, Times::unbounded};
    else if (take('+'))
      times = {1, Times::unbounded};
    else if (take('?'))
      times = {0, 1};
    else
      return times;
    take('?');  // lazy, which changes nothing about whether there is a match
    return ends_repetition() ? std::optional(times) : std::nullopt;
  }
  std::optional<Times> counted_repetition() {
    Times times;
    if (!take('{') || !take_number(times.least)) return std::nullopt;
    times.most = times.least;
    if (take(',') && !take_number(times.most)) times.most = Times::unbounded;
    const bool is_sound = take('}') && times.most > 0 && times.most >= times.least;
    return is_sound && ends_repetition() ? std::optional(times) : std::nullopt;
  }
  // Whether what follows says nothing more about it.
  bool ends_repetition() const {
    return rest_.empty() || std::string_view("?*+{").find(rest_[0]) == std::string_view::npos;
  }
  bool take_number(std::size_t& number) {
    const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (code != std::errc()) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  std::optional<Part> atom() {
    if (take('(')) return group();
    const auto characters = take('[') ? bracketed() : character();
    return characters ? std::optional(position(*characters)) : std::nullopt;
  }

  std::optional<Part> group() {
    if (take('?') && !take(':')) return std::nullopt;
    if (++depth_ > most_depth) return std::nullopt;
    auto whole = sequence();
    while (whole && take('|')) {
      const auto other = sequence();
      if (!other) return std::nullopt;
      whole =
          Part{whole->first | other->first, whole->last | other->last, whole->is_optional || other->is_optional, true};
    }
    --depth_;
    return take(')') ? whole : std::nullopt;
  }

  std::optional<Characters> character() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (c == '.') return all_but(range('\n', '\n'));
    if (c == '\\') return escape();
    const bool is_sign = std::string_view("^$|?*+()[]{}").find(c) != std::string_view::npos;
    if (is_sign || static_cast<unsigned char>(c) >= 128) return std::nullopt;
    return range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
  }

  std::optional<Characters> escape() {
    if (rest_.empty()) return std::nullopt;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    if (is_quotable(c)) return range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
    switch (c) {
      case 'n':
        return range('\n', '\n');
      case 'r':
        return range('\r', '\r');
      case 't':
        return range('\t', '\t');
      case 'd':
      case 'D': {
        const auto digits = range('0', '9');
        return c == 'd' ? digits : all_but(digits);
      }
      case 's':
      case 'S': {
        const auto blanks = range('\t', '\r') | range(' ', ' ');
        return c == 's' ? blanks : all_but(blanks);
      }
      case 'w':
      case 'W': {
        const auto letters = range('a', 'z') | range('A', 'Z') | range('0', '9') | range('_', '_');
        return c == 'w' ? letters : all_but(letters);
      }
      default:
        return std::nullopt;
    }
  }

  // Behind the [. A minus is one only at either end, or between two characters.
  std::optional<Characters> bracketed() {
    const bool is_negative = take('^');
    Characters all;
    do {
      const auto from = item();
      if (!from) return std::nullopt;
      all |= *from;
      if (rest_.starts_with('-') && !rest_.starts_with("-]")) {
        rest_.remove_prefix(1);
        const auto to = item();
        if (!to || from->count() != 1 || to->count() != 1) return std::nullopt;
        const auto low = static_cast<unsigned char>(from->_Find_first());
        const auto high = static_cast<unsigned char>(to->_Find_first());
        if (low > high || (rest_.starts_with('-') && !rest_.starts_with("-]"))) return std::nullopt;
        all |= range(low, high);
      }
    } while (!take(']'));
    return is_negative ? all_but(all) : all;
  }
  std::optional<Characters> item() {
    if (rest_.empty()) return std::nullopt;
    const char c = rest_[0];
    const bool is_sign = std::string_view("[]&").find(c) != std::string_view::npos;
    if (is_sign || static_cast<unsigned char>(c) >= 128) return std::nullopt;
    rest_.remove_prefix(1);
    if (c == '\\') return escape();
    return range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
  }

  std::string_view rest_;
  PatternPositions positions_;
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::optional<PatternPositions> find_positions(std::string_view pattern) { return Reader(pattern).read(); }

}  // namespace flowrun::expr
