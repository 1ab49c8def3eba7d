#include "expr/automaton.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "expr/pattern_positions.hpp"

namespace flowrun::expr {

// States are the sets of positions that can have been reached (Rabin and Scott 1959).
std::unique_ptr<const Automaton> Automaton::make(std::string_view pattern) {
  using Set = PatternPositions::Set;
  constexpr std::size_t most_states = 128;
  const auto positions = find_positions(pattern);
  if (!positions) return nullptr;

  auto made = std::make_unique<Automaton>();
  std::vector<Set> accepting = {positions->accepting[PatternPositions::end_of_text], 0};  // by class
  made->classes_.fill(beyond_ascii_class);
  for (std::size_t c = 0; c < PatternPositions::end_of_text; ++c) {
    const auto known = std::find(accepting.begin() + first_free_class, accepting.end(), positions->accepting[c]);
    made->classes_[c] = static_cast<std::uint8_t>(known - accepting.begin());
    if (known == accepting.end()) accepting.push_back(positions->accepting[c]);
  }

  const std::size_t width = accepting.size();
  made->next_.assign(answers, 0);  // no rows; those of the states come behind, the first one's first
  made->start_ = answers;
  std::vector<Set> states = {PatternPositions::begin};
  std::map<Set, std::size_t> numbers = {{PatternPositions::begin, 0}};
  for (std::size_t number = 0; number < states.size(); ++number) {
    const Set behind = positions->behind(states[number]);
    for (std::size_t column = 0; column < width; ++column) {
      const Set reached = behind & accepting[column];
      auto next = static_cast<std::size_t>(Answer::not_found);
      if (column == beyond_ascii_class) {
        next = static_cast<std::size_t>(Answer::unknown);
      } else if ((reached & positions->last) != 0) {
        next = static_cast<std::size_t>(Answer::found);
      } else if (column != end_class && (reached | positions->first) != 0) {
        const auto [known, is_new] = numbers.try_emplace(reached, states.size());
        if (is_new) states.push_back(reached);
        next = answers + known->second * width;
      }
      made->next_.push_back(static_cast<std::uint16_t>(next));
    }
    if (states.size() > most_states) return nullptr;
  }
  return made;
}

}  // namespace flowrun::expr
