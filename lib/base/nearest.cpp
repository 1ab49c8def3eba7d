#include "base/nearest.hpp"

#include <algorithm>
#include <vector>

namespace flowrun {

namespace {

// Optimal string alignment: insert, delete, replace, swap two neighbours.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
  for (std::size_t column = 0; column <= to.size(); ++column) row[column] = column;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

template <class Text>
std::string_view nearest_of(std::string_view name, std::span<const Text> candidates) {
  constexpr std::size_t longest_name = 64;  // what is longer is no misspelled name, and the distance is quadratic
  if (name.empty() || name.size() > longest_name) return {};
  std::string_view best;
  std::size_t smallest = longest_name;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const std::size_t distance = edit_distance(name, candidate);
    const std::size_t allowed = std::max(name.size(), candidate.size()) / 3;
    if (distance <= allowed && distance < smallest) {
      smallest = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  return nearest_of(name, candidates);
}

std::string_view nearest(std::string_view name, std::span<const std::string> candidates) {
  return nearest_of(name, candidates);
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  const std::string_view best = nearest_of(name, candidates);
  return best.empty() ? std::string() : "did you mean `" + std::string(best) + "`?";
}

}  // namespace flowrun
