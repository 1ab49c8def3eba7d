#include <cstdio>

#include "bench/reference/checked_event.hpp"
#include "bench/reference/files.hpp"
#include "bench/reference/print.hpp"

// filter_project_checked FILE: of events with price * 0.9 > 100 and "oo" in the channel user, channel and price, as JSON
// lines. Every byte of every event is checked.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  reference::CheckedEventReader reader;
  reference::Output out;
  std::size_t refused = 0;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    reference::Event event;
    if (!reader.read(line, event)) {
      ++refused;
    } else if (event.price * 0.9 > 100 && event.channel.find("oo") != event.channel.npos) {
      reference::print_projection(event.user, event.channel, event.price, out.text());
      out.flush_if_large();
    }
  });
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
