#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/events.hpp"

// make_events COUNT [SEED [USERS MILLISECONDS]]: events as JSON lines on standard output, some milliseconds apart.
int main(int count, char** arguments) {
  const auto number = [&](int at, unsigned long long otherwise) {
    return count > at ? std::strtoull(arguments[at], nullptr, 10) : otherwise;
  };
  flowrun::bench::EventGenerator generator(number(2, 1), number(3, 10'000), number(4, 97));
  const unsigned long long events = number(1, 1'000'000);
  std::string block;
  for (unsigned long long event = 0; event < events; ++event) {
    generator.append(block);
    if (block.size() < 256 * 1024 && event + 1 < events) continue;
    if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) return 1;
    block.clear();
  }
  return 0;
}
