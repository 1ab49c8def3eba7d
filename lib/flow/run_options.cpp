#include "flow/run_options.hpp"

#include <algorithm>
#include <vector>

namespace flowrun {
namespace {

OptionSpec spec(std::string name, OptionType type, std::string default_text, std::string doc) {
  OptionSpec made;
  made.name = std::move(name);
  made.type = type;
  made.default_text = std::move(default_text);
  made.doc = std::move(doc);
  return made;
}

OptionSpec choice(std::string name, std::vector<std::string> choices, std::string default_text, std::string doc) {
  OptionSpec made = spec(std::move(name), OptionType::choice, std::move(default_text), std::move(doc));
  made.choices = std::move(choices);
  return made;
}

RunOption workers() {
  RunOption option{spec("workers", OptionType::integer, "1", "worker threads, 1 to 1024"),
                   "N",
                   "Running",
                   "FLOWRUN_WORKERS",
                   'w',
                   "workers-per-process"};
  option.spec.smallest = 1;
  option.spec.largest = 1024;
  return option;
}

RunOption max_state() {
  RunOption option{
      spec("max_state", OptionType::size, "",
           "memory that state may take; beyond it the run ends with exit code 7; default: 75 % of what the "
           "machine or the control group has"),
      "SIZE",
      "Running",
      "FLOWRUN_MAX_STATE",
      0,
      ""};
  option.spec.smallest = 1;
  option.spec.unit = "bytes";
  return option;
}

RunOption epoch_interval() {
  return {spec("epoch_interval", OptionType::duration, "10s", "between epochs that are stored; 0s: after every batch"),
          "D",
          "Recovery",
          "FLOWRUN_EPOCH_INTERVAL",
          's',
          "snapshot-interval"};
}

std::vector<RunOption> make() {
  const bool not_in_flow_file = false;
  return {
      workers(),
      {spec("fail_on_rejects", OptionType::boolean, "false", "end with exit code 8 if a record was rejected"), "",
       "Running", "FLOWRUN_FAIL_ON_REJECTS", 0, ""},
      {spec("fail_on_late", OptionType::boolean, "false",
            "end with exit code 8 if a record came too late for its window"),
       "", "Running", "FLOWRUN_FAIL_ON_LATE", 0, ""},
      {choice("at_end", {"close", "keep"}, "close",
              "when the input ends: `close` emits what is open, `keep` leaves it for the next run"),
       "WHAT", "Running", "FLOWRUN_AT_END", 0, ""},
      max_state(),
      {spec("drain_timeout", OptionType::duration, "30s", "how long what is in flight may take after a stop signal"),
       "D", "Running", "FLOWRUN_DRAIN_TIMEOUT", 0, ""},
      {spec("recovery_directory", OptionType::text, "",
            "where the job keeps its epochs, and goes on from the last of them; made where it is not there; without it "
            "nothing is kept"),
       "DIR", "Recovery", "FLOWRUN_RECOVERY_DIRECTORY", 'r', ""},
      epoch_interval(),
      {spec("discard_state", OptionType::texts, "",
            "forgets what is kept of a step, which then begins anew; repeatable"),
       "STEP", "Recovery", "", 0, "", not_in_flow_file},
      {spec("ignore_state", OptionType::boolean, "false",
            "forgets what is kept of all steps that are gone or are other steps now"),
       "", "Recovery", "", 0, "", not_in_flow_file},
      {spec("ignore_missing_partitions", OptionType::boolean, "false",
            "goes on although files are gone that had not been read to their end"),
       "", "Recovery", "", 0, "", not_in_flow_file},
      {spec("param", OptionType::texts, "", "gives a parameter of the flow its value, typed as declared; repeatable"),
       "NAME=VALUE", "Parameters", "FLOWRUN_PARAM_<NAME>", 'p', "", not_in_flow_file},
      {spec("params_file", OptionType::text, "", "parameters as a YAML mapping"), "FILE", "Parameters",
       "FLOWRUN_PARAMS_FILE", 0, "", not_in_flow_file},
      {spec("secrets_dir", OptionType::text, "", "where $secrets.NAME is the file NAME, after $CREDENTIALS_DIRECTORY"),
       "DIR", "Parameters", "FLOWRUN_SECRETS_DIR", 0, "", not_in_flow_file},
      {choice("log_level", {"debug", "info", "warning", "error"}, "info", "what is logged to standard error"), "LEVEL",
       "Messages", "FLOWRUN_LOG_LEVEL", 0, ""},
      {choice("log_format", {"text", "json"}, "text", "of the lines on standard error"), "FORMAT", "Messages",
       "FLOWRUN_LOG_FORMAT", 0, ""},
      {choice("progress", {"auto", "on", "off"}, "auto",
              "a live line on standard error, once a second; auto: on a terminal where no records go"),
       "WHEN", "Messages", "FLOWRUN_PROGRESS", 0, ""},
  };
}

}  // namespace

std::string RunOption::flag() const {
  std::string name = spec.name;
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::span<const RunOption> run_options() {
  static const std::vector<RunOption> options = make();
  return options;
}

const RunOption* run_option(std::string_view name) {
  for (const RunOption& option : run_options())
    if (option.spec.name == name) return &option;
  return nullptr;
}

}  // namespace flowrun
