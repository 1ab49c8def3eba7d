#include "flow/test_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/nearest.hpp"
#include "base/timestamp.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_reader.hpp"
#include "flow/option_text.hpp"
#include "flow/test_script.hpp"
#include "flow/test_values.hpp"

namespace flowrun {
namespace {

constexpr const char* test_hint = "write `- name: what it shows`, and below it `given` and `expect`";
constexpr std::string_view default_now = "2000-01-01T00:00:00Z";

OptionSpec spec_of(std::string name, OptionType type) {
  OptionSpec spec;
  spec.name = std::move(name);
  spec.type = type;
  return spec;
}

class TestReader {
 public:
  TestReader(const TestNames& names, const std::vector<Parameter>& parameters, Scope& scope, const Registry& registry)
      : names_(names),
        parameters_(parameters),
        scope_(scope),
        diagnostics_(scope.diagnostics()),
        values_(scope, registry),
        scripts_(names, scope, values_) {}

  std::vector<FlowTest> read(const YamlNode& list) {
    std::vector<FlowTest> tests;
    if (!list.is_sequence())
      diagnostics_.error(Code::wrong_type, list.span,
                         fmt::format("`tests` is {}, expected a list of tests", describe(list)), test_hint);
    for (const YamlNode* item : list.items) {
      if (item->is_mapping())
        tests.push_back(read_test(*item));
      else
        diagnostics_.error(Code::wrong_type, item->span,
                           fmt::format("a test is {}, expected a mapping", describe(*item)), test_hint);
    }
    return tests;
  }

 private:
  FlowTest read_test(const YamlNode& node) {
    meant_ = values_.check_keys(node,
                                {"name", "doc", "params", "now", "given", "script", "expect", "expect_records",
                                 "expect_errors", "in_order", "workers"},
                                "a test");
    FlowTest test;
    read_name(node, test);
    test.doc = values_.option<std::string>(spec_of("doc", OptionType::text), node).value_or("");
    read_parameters_of(node, test);
    test.now = values_.option<Time>(spec_of("now", OptionType::time), node).value_or(*parse_timestamp(default_now));
    test.in_order = values_.option<bool>(spec_of("in_order", OptionType::boolean), node).value_or(false);
    OptionSpec workers = spec_of("workers", OptionType::integer);
    workers.smallest = 1;
    workers.largest = 64;
    if (const auto number = values_.option<std::int64_t>(workers, node))
      test.workers = static_cast<std::size_t>(*number);
    read_input(node, test);
    read_expectation(node, test);
    return test;
  }

  void read_name(const YamlNode& node, FlowTest& test) {
    const YamlEntry* const name = node.find("name");
    if (name == nullptr && means("name")) return;
    if (name == nullptr) {
      diagnostics_.error(Code::missing_key, node.span, "the test has no `name`, expected one of its own",
                         "write `name: what it shows`");
      return;
    }
    test.name = values_.option<std::string>(spec_of("name", OptionType::text), node).value_or("");
    if (!test.name.empty() && !used_.insert(test.name).second)
      diagnostics_.error(Code::duplicate_test, name->value->span,
                         fmt::format("a second test with the name `{}`", test.name));
  }

  // A key was written that is probably meant to be this one.
  bool means(const char* key) const { return meant_.count(key) != 0; }

  void read_parameters_of(const YamlNode& node, FlowTest& test) {
    const YamlEntry* const given = node.find("params");
    if (given != nullptr && !given->value->is_mapping()) {
      diagnostics_.error(Code::wrong_type, given->value->span,
                         fmt::format("`params` is {}, expected a mapping of names to values", describe(*given->value)));
      return;
    }
    if (given != nullptr)
      for (const YamlEntry& entry : given->value->entries) read_parameter(entry, test);
    for (const Parameter& parameter : parameters_) {
      const std::string& name = parameter.spec.name;
      if (!parameter.spec.required || parameter.broken || test.parameters.count(name) != 0 || means("params")) continue;
      diagnostics_.error(Code::missing_key, given != nullptr ? given->key->span : node.span,
                         fmt::format("the test gives no `{}`, a parameter that is required", name),
                         fmt::format("write `params: {{ {}: ... }}`", name));
    }
  }

  void read_parameter(const YamlEntry& entry, FlowTest& test) {
    const std::string& name = entry.key->text;
    const auto known = std::find_if(parameters_.begin(), parameters_.end(),
                                    [&](const Parameter& parameter) { return parameter.spec.name == name; });
    if (known == parameters_.end()) {
      std::vector<std::string> names;
      for (const Parameter& parameter : parameters_) names.push_back(parameter.spec.name);
      diagnostics_.error(Code::unknown_key, entry.key->span,
                         names.empty()
                             ? fmt::format("`{}`: the flow has no parameters", name)
                             : fmt::format("the flow has no parameter `{}`, expected {}", name, list_of(names)),
                         did_you_mean(name, names));
      return;
    }
    const std::string text = text_of(values_.value(*entry.value));
    test.parameters[name] = text;
    if (known->broken) return;
    if (const auto fault = fault_of_given(known->spec, text, *scope_.memory()))
      diagnostics_.error(fault->code, entry.value->span, fault->message, fault->hint);
  }

  void read_input(const YamlNode& node, FlowTest& test) {
    const YamlEntry* const given = node.find("given");
    const YamlEntry* const script = node.find("script");
    if (given != nullptr && script != nullptr)
      diagnostics_.error(Code::given_and_script, script->key->span, "a test has `given` or `script`, found both",
                         "send what is given in the script: `- send: { to: ..., value: ... }`");
    if (given == nullptr && script == nullptr && !means("given") && !means("script"))
      diagnostics_.error(Code::missing_key, node.span, "the test has neither `given` nor `script`",
                         "write `given:` and below it a list of values for each source");
    if (given != nullptr) test.script = scripts_.read_given(*given->value);
    test.is_given = given != nullptr;
    if (script != nullptr) test.script = scripts_.read_script(*script->value);
  }

  void read_expectation(const YamlNode& node, FlowTest& test) {
    const YamlEntry* const values = node.find("expect");
    const YamlEntry* const records = node.find("expect_records");
    const YamlEntry* const errors = node.find("expect_errors");
    const bool means_any = means("expect") || means("expect_records") || means("expect_errors");
    if (values == nullptr && records == nullptr && errors == nullptr && !means_any)
      diagnostics_.error(Code::missing_key, node.span, "the test expects nothing",
                         "write `expect:` and below it a list of values for a step");
    if (values != nullptr)
      read_expected(*values, test, [&](const YamlEntry& each) { return values_.values(*each.value, each.key->text); });
    if (records != nullptr)
      read_expected(*records, test,
                    [&](const YamlEntry& each) { return values_.records(*each.value, each.key->text); });
    if (errors != nullptr) read_errors(*errors->value, test);
  }

  template <class ReadRecords>
  void read_expected(const YamlEntry& entry, FlowTest& test, ReadRecords read_records) {
    if (!entry.value->is_mapping()) {
      diagnostics_.error(
          Code::wrong_type, entry.value->span,
          fmt::format("`{}` is {}, expected a mapping of steps to lists", entry.key->text, describe(*entry.value)));
      return;
    }
    for (const YamlEntry& each : entry.value->entries) {
      const auto stream = names_.stream(*each.key);
      auto expected = read_records(each);
      if (stream) test.expected.push_back({each.key->text, *stream, std::move(expected)});
    }
  }

  void read_errors(const YamlNode& list, FlowTest& test) {
    if (!values_.require_list(list, "expect_errors")) return;
    for (const YamlNode* item : list.items) {
      if (!item->is_mapping()) {
        diagnostics_.error(Code::wrong_type, item->span,
                           fmt::format("a rejected record is {}, expected a mapping", describe(*item)),
                           "write `- { step: ..., kind: ..., message: ... }`");
        continue;
      }
      test.errors.push_back(read_error(*item));
    }
  }

  ExpectedError read_error(const YamlNode& node) {
    const bool means_step =
        values_.check_keys(node, {"step", "kind", "message"}, "a rejected record").count("step") != 0;
    ExpectedError error;
    if (const YamlEntry* const step = node.find("step"); step == nullptr && !means_step)
      diagnostics_.error(Code::missing_key, node.span,
                         "the rejected record has no `step`, expected the one that rejects it");
    else if (step != nullptr && names_.step(*step->value))
      error.step = step->value->text;
    OptionSpec kind = spec_of("kind", OptionType::choice);
    for (const RejectKind each : {RejectKind::decode, RejectKind::expression, RejectKind::assertion, RejectKind::time,
                                  RejectKind::sink, RejectKind::plugin})
      kind.choices.emplace_back(name(each));
    error.kind = values_.option<std::string>(kind, node).value_or("");
    error.message = values_.option<std::string>(spec_of("message", OptionType::text), node).value_or("");
    return error;
  }

  const TestNames& names_;
  const std::vector<Parameter>& parameters_;
  Scope& scope_;
  Diagnostics& diagnostics_;
  TestValueReader values_;
  TestScriptReader scripts_;
  std::set<std::string> used_;   // names
  std::set<std::string> meant_;  // keys of the test at hand that are misspelled
};

}  // namespace

std::vector<FlowTest> read_tests(const YamlNode& tests, const TestNames& names,
                                 const std::vector<Parameter>& parameters, Scope& scope, const Registry& registry) {
  return TestReader(names, parameters, scope, registry).read(tests);
}

}  // namespace flowrun
