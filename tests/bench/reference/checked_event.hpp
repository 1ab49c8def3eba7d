#pragma once

#include <charconv>
#include <cstdint>
#include <emmintrin.h>
#include <memory>
#include <simdjson.h>
#include <string_view>

namespace reference {

/// What the jobs read of an event. Text as it stands between its quotes, where it has no escapes.
struct Event {
  std::string_view ts;
  std::string_view user;
  std::string_view channel;
  double price = 0;
  std::string_view id, name, city;  // of users
};

/// Reads events by a walk over simdjson's structural index that is hard-wired for them: an object of text and numbers, one
/// level deep. All of it is checked; four fields are taken. 16 bytes behind a line may be read.
class CheckedEventReader {
 public:
  CheckedEventReader() {
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(1 << 20, 1, stage_) !=
        simdjson::SUCCESS)
      throw std::bad_alloc();
  }

  /// False where the line is no such event.
  bool read(std::string_view line, Event& event) {
    if (stage_->stage1(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(),
                       simdjson::stage1_mode::regular) != simdjson::SUCCESS)
      return false;
    text_ = line.data();
    next_ = stage_->structural_indexes.get();
    const std::uint32_t* const end = next_ + stage_->n_structural_indexes;
    if (text_[*next_] != '{' || text_[end[-1]] != '}') return false;
    do {
      ++next_;
      std::string_view key;
      if (!string(key) || text_[*next_] != ':') return false;
      ++next_;
      if (!member(key, event)) return false;
    } while (text_[*next_] == ',');
    return text_[*next_] == '}' && next_ + 1 == end;
  }

 private:
  bool member(std::string_view key, Event& event) {
    std::string_view unread;
    if (key == "ts") return string(event.ts);
    if (key == "user") return string(event.user);
    if (key == "channel") return string(event.channel);
    if (key == "price") return number(event.price);
    if (key == "id") return string(event.id);
    if (key == "name") return string(event.name);
    if (key == "city") return string(event.city);
    return text_[*next_] == '"' ? string(unread) : checked_number();
  }

  std::string_view token() const {
    const char* const start = text_ + next_[0];
    const char* stop = text_ + next_[1];
    while (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r') --stop;
    return {start, static_cast<std::size_t>(stop - start)};
  }

  bool string(std::string_view& text) {
    const std::string_view quoted = token();
    if (quoted.front() != '"') return false;
    text = quoted.substr(1, quoted.size() - 2);
    ++next_;
    return !has_backslash(text);
  }

  static bool has_backslash(std::string_view text) {
    const __m128i backslashes = _mm_set1_epi8('\\');
    for (std::size_t at = 0; at < text.size(); at += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      const auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslashes)));
      const std::size_t left = text.size() - at;
      if ((left >= 16 ? found : found & ((1u << left) - 1)) != 0) return true;
    }
    return false;
  }

  bool number(double& value) {
    const std::string_view digits = token();
    if (!checked_number()) return false;
    return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
  }

  // JSON's grammar: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
  bool checked_number() {
    const std::string_view digits = token();
    ++next_;
    const char* at = digits.data();
    const char* const end = at + digits.size();
    const auto skip_digits = [&] {
      const char* const start = at;
      while (at != end && *at >= '0' && *at <= '9') ++at;
      return at != start;
    };
    if (*at == '-') ++at;
    const bool zero = at != end && *at == '0';
    const char* const whole = at;
    if (!skip_digits() || (zero && at - whole > 1)) return false;
    if (at != end && *at == '.' && (++at, !skip_digits())) return false;
    if (at != end && (*at == 'e' || *at == 'E')) {
      ++at;
      if (at != end && (*at == '+' || *at == '-')) ++at;
      if (!skip_digits()) return false;
    }
    return at == end;
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  const char* text_ = nullptr;
  const std::uint32_t* next_ = nullptr;
};

}  // namespace reference
