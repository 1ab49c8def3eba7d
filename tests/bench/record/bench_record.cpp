#include <algorithm>
#include <cstdio>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "bench/events.hpp"
#include "bench/jobs.hpp"
#include "bench/reference/checked_event.hpp"
#include "bench/reference/print.hpp"
#include "codecs/codecs.hpp"
#include "record/json.hpp"

// Nanoseconds per event of reading and writing records, beside hand-written code of the same job. Rounds of all jobs are
// interleaved; shown are the median, the fastest and slowest round, and the median of the ratios within a round.
// `bench_record [JOB]` runs one job alone.
namespace {

using namespace flowrun;

constexpr std::size_t event_count = 100'000;

/// All events, with padding behind.
struct Events {
  std::string text;
  std::vector<std::string_view> lines;

  Events() {
    bench::EventGenerator generator;
    for (std::size_t event = 0; event < event_count; ++event) generator.append(text);
    const std::size_t size = text.size();
    text.append(JsonReader::padding, ' ');
    for (std::size_t start = 0, end; start < size; start = end + 1) {
      end = text.find('\n', start);
      lines.emplace_back(text.data() + start, end - start);
    }
  }
};

std::size_t stage_one(const Events& events) {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(1 << 20, 1, stage) != simdjson::SUCCESS)
    return 0;
  std::size_t positions = 0;
  for (const std::string_view line : events.lines) {
    if (stage->stage1(reinterpret_cast<const std::uint8_t*>(line.data()), line.size(),
                      simdjson::stage1_mode::regular) != simdjson::SUCCESS)
      return 0;
    positions += stage->n_structural_indexes;
  }
  return positions;
}

std::size_t checked(const Events& events) {
  reference::CheckedEventReader reader;
  std::size_t sum = 0;
  for (const std::string_view line : events.lines) {
    reference::Event event;
    if (!reader.read(line, event)) return 0;
    sum += event.user.size() + event.channel.size() + static_cast<std::size_t>(event.price);
  }
  return sum;
}

std::size_t on_demand(const Events& events) {
  simdjson::ondemand::parser parser;
  std::size_t sum = 0;
  for (const std::string_view line : events.lines) {
    simdjson::ondemand::document event;
    std::string_view channel;
    double price = 0;
    if (parser.iterate(line.data(), line.size(), line.size() + simdjson::SIMDJSON_PADDING).get(event) !=
            simdjson::SUCCESS ||
        event.find_field("channel").get_string().get(channel) != simdjson::SUCCESS ||
        event.find_field("price").get_double().get(price) != simdjson::SUCCESS)
      return 0;
    sum += channel.size() + static_cast<std::size_t>(price);
  }
  return sum;
}

Projection three_fields() {
  Projection projection;
  for (const char* const name : {"user", "channel", "price"}) projection.field(name).whole = true;
  return projection;
}

std::size_t read(const Events& events, const Projection& projection) {
  JsonReader reader(projection);
  Arena arena;
  std::size_t sum = 0;
  std::size_t row = 0;
  for (const std::string_view line : events.lines) {
    const auto value = reader.read_in_place(line, arena);
    if (!value) return 0;
    sum += value->size();
    if (++row % Batch::most_rows == 0) arena.clear();
  }
  return sum;
}

std::size_t read_lines(const Events& events, const Projection& projection) {
  constexpr std::size_t lines_of_block = 512;
  JsonReader reader(projection);
  Arena arena;
  std::size_t sum = 0;
  for (std::size_t first = 0; first < events.lines.size(); first += lines_of_block) {
    const std::size_t end = std::min(first + lines_of_block, events.lines.size());
    const std::string_view start = events.lines[first];
    const std::string_view last = events.lines[end - 1];
    reader.begin_lines({start.data(), static_cast<std::size_t>(last.data() + last.size() - start.data())});
    for (std::size_t line = first; line < end; ++line) {
      const auto value = reader.read_line(events.lines[line], arena);
      if (!value) return 0;
      sum += value->size();
    }
    arena.clear();
  }
  return sum;
}

// The decoder of the json codec, fed with blocks as a source gives them.
std::size_t decode(const Events& events, const Projection& projection) {
  const DecoderPlan plan = *json_codec().plan_decoder({}, 1 << 20);
  Context context;
  const auto framer = plan.make_framer();
  const auto decoder = plan.make(context, {.value = projection});
  Output output({.step = "events"});
  std::string_view rest(events.text.data(), events.text.size() - JsonReader::padding);
  std::size_t rows = 0;
  const auto drain = [&] {
    output.finish_building();
    for (const Batch& batch : output.take(0)) rows += batch.size();
  };
  while (!rest.empty()) {
    const Framer::Cut cut = framer->cut(rest.substr(0, 128 * 1024), Batch::most_rows, false);
    Batch block;
    block.set_raw(block.append(Value()), rest.substr(0, cut.bytes));
    rest.remove_prefix(cut.bytes);
    while (decoder->process(0, block, output) == Progress::more) drain();
    drain();
  }
  return rows;
}

/// The events as values, all at once.
struct Values {
  Arena arena;
  std::vector<Value> values;

  Values(const Events& events, const Projection& projection) {
    JsonReader reader(projection);
    for (std::size_t line = 0; line < 20'000; ++line)
      values.push_back(*reader.read_in_place(events.lines[line], arena));
  }
};

template <class Write>
std::size_t write(const Values& values, Write print) {
  std::string out;
  std::size_t bytes = 0;
  for (std::size_t done = 0; done < event_count; done += values.values.size())
    for (const Value& value : values.values) {
      print(value, out);
      if (out.size() < 128 * 1024) continue;
      bytes += out.size();
      out.clear();
    }
  return bytes + out.size();
}

void print_by_hand(const Value& value, std::string& out) {
  const auto members = value.members();
  reference::print_projection(members[0].value.as_text(), members[1].value.as_text(), to_double(members[2].value), out);
}

void print_json(const Value& value, std::string& out) {
  write_json(value, out);
  out.push_back('\n');
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view only = count > 1 ? arguments[1] : "";
  const Events events;
  const Projection all = Projection::everything();
  const Projection three = three_fields();
  const Values whole_values(events, all);
  const Values three_values(events, three);
  std::printf("%zu events of %zu bytes\n", events.lines.size(), events.text.size() / events.lines.size());
  const std::vector<bench::Job> jobs = {
      {"stage 1", [&] { return stage_one(events); }},
      {"by hand, checked, three fields", [&] { return checked(events); }},
      {"On-Demand, two fields", [&] { return on_demand(events); }},
      {"read three fields", [&] { return read(events, three); }, "by hand, checked, three fields"},
      {"read all fields", [&] { return read(events, all); }, "by hand, checked, three fields"},
      {"read three fields, by block", [&] { return read_lines(events, three); }, "by hand, checked, three fields"},
      {"read all fields, by block", [&] { return read_lines(events, all); }, "by hand, checked, three fields"},
      {"frame and decode three fields", [&] { return decode(events, three); }, "by hand, checked, three fields"},
      {"frame and decode all fields", [&] { return decode(events, all); }, "by hand, checked, three fields"},
      {"write three fields by hand", [&] { return write(three_values, print_by_hand); }},
      {"write three fields", [&] { return write(three_values, print_json); }, "write three fields by hand"},
      {"write all fields", [&] { return write(whole_values, print_json); }},
  };
  return bench::run_interleaved(jobs, only, events.lines.size(), "ns/event") ? 0 : 1;
}
