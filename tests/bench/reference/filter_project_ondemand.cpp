#include <cstdio>
#include <simdjson.h>

#include "bench/reference/files.hpp"
#include "bench/reference/print.hpp"

// filter_project_ondemand FILE: the job of filter_project_checked by simdjson's On-Demand, which looks at two fields of each
// event (and at a third of those that pass) and checks nothing else.
int main(int count, char** arguments) {
  if (count != 2) return 2;
  simdjson::ondemand::parser parser;
  reference::Output out;
  std::size_t refused = 0;
  reference::LineFile(arguments[1]).each([&](std::string_view line) {
    simdjson::ondemand::document event;
    std::string_view channel;
    double price = 0;
    if (parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING).get(event) !=
            simdjson::SUCCESS ||
        event.find_field("channel").get_string().get(channel) != simdjson::SUCCESS ||
        event.find_field("price").get_double().get(price) != simdjson::SUCCESS) {
      ++refused;
    } else if (price * 0.9 > 100 && channel.find("oo") != channel.npos) {
      std::string_view user;
      if (event.find_field_unordered("user").get_string().get(user) != simdjson::SUCCESS) ++refused;
      reference::print_projection(user, channel, price, out.text());
      out.flush_if_large();
    }
  });
  if (refused > 0) std::fprintf(stderr, "%zu lines are no events\n", refused);
  return refused > 0 ? 1 : 0;
}
