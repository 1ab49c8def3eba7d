#include "flow/step_options.hpp"

namespace flowrun {
namespace {

OptionSpec option(std::string name, OptionType type, std::string default_text, std::string doc, std::string example) {
  OptionSpec made;
  made.name = std::move(name);
  made.type = type;
  made.default_text = std::move(default_text);
  made.doc = std::move(doc);
  made.example = std::move(example);
  return made;
}

}  // namespace

const std::vector<OptionSpec>& source_options() {
  static const std::vector<OptionSpec> options = {
      option("decode", OptionType::codec, "json", "how bytes become records", "lines"),
      option("key", OptionType::expression, "", "the key of each record", ".user"),
      option("rate", OptionType::rate, "", "most records of the whole job in a time, counted before reading", "100/s"),
      option("max_record", OptionType::size, "16MiB", "a longer record is rejected", "64MiB"),
  };
  return options;
}

const std::vector<OptionSpec>& sink_options() {
  static const std::vector<OptionSpec> options = {
      option("encode", OptionType::codec, "json", "how records become bytes", "csv: { columns: [user, total] }"),
  };
  return options;
}

}  // namespace flowrun
