#include "base/secrecy.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace flowrun {
namespace {

constexpr std::size_t shortest_secret = 4;
constexpr std::string_view instead = "***";

// The longest first: one may stand within another.
std::vector<std::string>& hidden() {
  static std::vector<std::string> texts;
  return texts;
}

}  // namespace

void hide(std::string text) {
  if (text.size() < shortest_secret) return;
  auto& texts = hidden();
  const auto place =
      std::find_if(texts.begin(), texts.end(), [&](const auto& other) { return other.size() < text.size(); });
  texts.insert(place, std::move(text));
}

std::string without_secrets(std::string text) {
  for (const std::string& secret : hidden())
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + instead.size()))
      text.replace(at, secret.size(), instead);
  return text;
}

}  // namespace flowrun
