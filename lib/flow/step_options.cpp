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
    OptionSpec rate = option("rate", OptionType::rate, "records read at most, of the whole job");
    OptionSpec max_record =
        option("max_record", OptionType::size, "bytes of a record; a longer one is rejected", "16MiB");
    max_record.smallest = 1;
    max_record.largest = 4e9;
    max_record.unit = "bytes";
    return std::vector{decode, key, rate, max_record};
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
