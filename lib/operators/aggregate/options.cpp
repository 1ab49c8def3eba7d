#include "operators/aggregate/options.hpp"

#include <string>
#include <utility>
#include <vector>

#include "operators/aggregate/accumulator.hpp"
#include "operators/group_key.hpp"
#include "operators/window.hpp"

namespace flowrun {
namespace {

OptionSpec fold_option() {
  const auto expression = [](std::string name, std::string doc, bool required, std::vector<std::string> variables,
                             std::string example) {
    return OptionSpec{.name = std::move(name),
                      .type = OptionType::expression,
                      .doc = std::move(doc),
                      .required = required,
                      .example = std::move(example),
                      .variables = std::move(variables)};
  };
  OptionSpec fold{.name = "fold",
                  .type = OptionType::options,
                  .doc = "A function of your own.",
                  .example = "{init: 0, add: $acc + .n}"};
  fold.nested = {
      expression("init", "The state of a group before its first record; evaluated once, over null.", true, {}, "0"),
      expression("add", "The state after a record: `.` is the record, `$acc` the state before it.", true, {"acc"},
                 "$acc + .n"),
      expression("merge",
                 "The state of the records of `$acc`, which come first, and of `$other`; required for sessions and "
                 "sliding windows.",
                 false, {"acc", "other"}, "$acc + $other"),
      OptionSpec{
          .name = "by_time",
          .type = OptionType::boolean,
          .doc = "Add records in the order of their event times, when the result is made; all are kept until then.",
          .default_text = "false",
          .example = "true"}};
  return fold;
}

OptionSpec values_option() {
  OptionSpec values{
      .name = "values",
      .type = OptionType::calls,
      .doc =
          "Names of fields, each with one call: `count` (records), `count(e)` (outputs that hold), `sum avg min max "
          "first last min_by max_by collect distinct any all stddev(e)`, `quantile(e; q)`, or a `fold`. Every output "
          "of `e` counts. `sum avg stddev quantile` skip null and reject a record with any other value that is no "
          "number; `min max` go by jq's order; `first last collect` by event time, ties by arrival; `min_by max_by` "
          "give the whole record.",
      .required = true,
      .example = "{total: sum(.amount), orders: count}"};
  for (const FunctionSpec& function : aggregate_functions()) values.choices.emplace_back(function.name);
  values.nested = {fold_option()};
  return values;
}

OptionSpec emit_option() {
  OptionSpec emit{
      .name = "emit",
      .type = OptionType::choice_or_options,
      .doc =
          "`at_close`: the result of each group when its window closes; without a window, when the input has ended. "
          "`changes`: also each group and window that a batch has changed, after the batch. `{every: d}`: also a group "
          "and "
          "window `d` of the step's clock after its first change since it was last emitted. The last two add "
          "`final: true | false`, and are not for sessions.",
      .default_text = "at_close",
      .example = "{every: 10s}",
      .choices = {"at_close", "changes"}};
  emit.nested = {OptionSpec{.name = "every",
                            .type = OptionType::duration,
                            .doc = "How long after its first change a group is emitted.",
                            .required = true,
                            .unit = "duration",
                            .example = "10s"}};
  emit.free_to_change = true;
  return emit;
}

}  // namespace

std::vector<OptionSpec> aggregate_options() {
  return {GroupBy::option(), window_option(), clock_option(), emit_option(), values_option()};
}

}  // namespace flowrun
