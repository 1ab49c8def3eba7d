#include "flow/step_options.hpp"

#include <utility>

namespace flowrun {
namespace {

OptionSpec option(std::string name, OptionType type, std::string doc, std::string default_text = {}) {
  OptionSpec spec;
  spec.name = std::move(name);
  spec.type = type;
  spec.doc = std::move(doc);
  spec.default_text = std::move(default_text);
  return spec;
}

}  // namespace

const std::vector<OptionSpec>& source_options() {
  static const std::vector<OptionSpec> options = [] {
    OptionSpec decode = option("decode", OptionType::codec, "how bytes become records", "json");
    OptionSpec key = option("key", OptionType::expression, "the key of each record");
    OptionSpec time = option("time", OptionType::expression, "the event time of each record, as in `time`");
    OptionSpec delay = option("delay", OptionType::duration,
                              "how far a record may come behind the latest of its partition, as in `time`", "0s");
    OptionSpec idle = option("idle", OptionType::duration,
                             "how long a silent partition holds the watermark back, as in `time`", "30s");
    OptionSpec when_idle =
        option("when_idle", OptionType::choice, "the watermark while all partitions are idle, as in `time`", "wait");
    when_idle.choices = {"wait", "advance"};
    OptionSpec ahead =
        option("ahead", OptionType::duration, "how far in event time a worker may be before the slowest one", "1h");
    idle.may_be_never = ahead.may_be_never = true;
    delay.unit = idle.unit = ahead.unit = "duration";
    OptionSpec rate = option("rate", OptionType::rate, "records read at most, of the whole job");
    OptionSpec max_record =
        option("max_record", OptionType::size, "bytes of a record; a longer one is rejected", "16MiB");
    max_record.smallest = 1;
    max_record.largest = 4e9;
    max_record.unit = "bytes";
    return std::vector{decode, time, delay, idle, when_idle, ahead, key, rate, max_record};
  }();
  return options;
}

const std::vector<OptionSpec>& sink_options() {
  static const std::vector<OptionSpec> options = {
      option("encode", OptionType::codec, "how records become bytes", "json")};
  return options;
}

const std::vector<OptionSpec>& step_options() {
  static const std::vector<OptionSpec> options = [] {
    OptionSpec on_error =
        option("on_error", OptionType::choice, "what happens to a rejected record that nobody reads", "stop");
    on_error.choices = {"stop", "skip"};
    return std::vector{option("id", OptionType::text, "the step's name, unique in the flow"),
                       option("from", OptionType::texts, "the steps or outputs that it reads"), on_error,
                       option("doc", OptionType::text, "what it is for")};
  }();
  return options;
}

}  // namespace flowrun
