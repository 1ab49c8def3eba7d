#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace flowrun::expr {

/// Tells whether a text has a match of a regular expression, in one walk over its bytes: what Oniguruma finds by trying
/// from every byte on. For the patterns that most expressions have: characters, classes, groups, alternatives, repetitions,
/// ^ in front and $ behind. Immutable; any number of threads may use it.
class Automaton {
 public:
  enum class Answer : std::uint8_t {
    found,
    unknown,  // a byte beyond ASCII came before the answer was known: what a class says of that is Oniguruma's
    not_found,
  };

  /// Null where the pattern has anything else, matches the empty text, or needs too many states; also where something is
  /// repeated that has choices inside, since there Oniguruma may give up, which is an error in jq. The pattern is one that
  /// Oniguruma takes, without flags.
  static std::unique_ptr<const Automaton> make(std::string_view pattern);

  Answer test(std::string_view text) const {
    std::size_t state = start_;
    for (const char c : text) {
      state = next_[state + classes_[static_cast<unsigned char>(c)]];
      if (state < answers) return static_cast<Answer>(state);
    }
    return static_cast<Answer>(next_[state + end_class]);
  }

 private:
  // Classes of bytes that no position of the pattern tells apart; two have a fixed number.
  static constexpr std::uint8_t end_class = 0;  // the end of the text
  static constexpr std::uint8_t beyond_ascii_class = 1;
  static constexpr std::uint8_t first_free_class = 2;
  // Below it, a state is an answer.
  static constexpr std::size_t answers = 3;

  std::array<std::uint8_t, 256> classes_{};
  std::vector<std::uint16_t>
      next_;  // a row of a state per class for each state, which is named by where its row begins
  std::size_t start_ = 0;
};

}  // namespace flowrun::expr
