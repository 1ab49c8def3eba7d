#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/events.hpp"

// make_events COUNT [SEED]: events as JSON lines on standard output.
int main(int count, char** arguments) {
  const unsigned long long events = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1'000'000;
  flowrun::bench::EventGenerator generator(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  std::string block;
  for (unsigned long long event = 0; event < events; ++event) {
    generator.append(block);
    if (block.size() < 256 * 1024 && event + 1 < events) continue;
    if (std::fwrite(block.data(), 1, block.size(), stdout) != block.size()) return 1;
    block.clear();
  }
  return 0;
}
