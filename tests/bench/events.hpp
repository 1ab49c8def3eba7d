#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace flowrun::bench {

/// Events of a web shop as JSON lines of about 190 bytes and seven fields, the same for the same seed: text of several
/// lengths, a decimal, an integer. Users are `user-0` to `user-<users - 1>`, channels are seven.
class EventGenerator {
 public:
  /// `spacing`: milliseconds between events.
  explicit EventGenerator(std::uint64_t seed = 1, std::uint64_t users = 10'000, std::uint64_t spacing = 97)
      : state_(seed), users_(users), spacing_(spacing) {}

  /// Appends the next event with its newline.
  void append(std::string& out) {
    static constexpr const char* channels[] = {"google",     "facebook", "direct", "bing",
                                               "newsletter", "yahoo",    "partner"};
    const std::uint64_t milliseconds = spacing_ * number_++;
    const std::uint64_t seconds = milliseconds / 1000;
    char line[256];
    const int size = std::snprintf(
        line, sizeof line,
        R"({"ts":"2026-01-%02dT%02d:%02d:%02d.%03dZ","user":"user-%d","channel":"%s","price":%d.%d%d,"quantity":%d,)"
        R"("url":"https://shop.example/items/%06d","session":"%016llx%016llx"})"
        "\n",
        static_cast<int>(1 + seconds / 86400 % 28), static_cast<int>(seconds / 3600 % 24),
        static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60), static_cast<int>(milliseconds % 1000),
        below(users_), channels[below(7)], below(200), below(10), 1 + below(9), 1 + below(9), below(1'000'000),
        static_cast<unsigned long long>(next()), static_cast<unsigned long long>(next()));
    out.append(line, static_cast<std::size_t>(size));
  }

 private:
  // splitmix64 (Steele, Lea, Flood 2014).
  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15u);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
  }
  int below(std::uint64_t bound) { return static_cast<int>(next() % bound); }

  std::uint64_t state_;
  std::uint64_t users_;
  std::uint64_t spacing_;
  std::uint64_t number_ = 0;
};

}  // namespace flowrun::bench
