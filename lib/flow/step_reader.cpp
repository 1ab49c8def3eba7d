#include "flow/step_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/nearest.hpp"
#include "flow/connector_reader.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_text.hpp"
#include "flow/step_options.hpp"

namespace flowrun {
namespace {

bool is_step_key(std::string_view key) { return key == "id" || key == "from" || key == "on_error" || key == "doc"; }

bool is_identifier(std::string_view id) {
  const auto lower = [](char byte) { return byte >= 'a' && byte <= 'z'; };
  return !id.empty() && lower(id.front()) && std::all_of(id.begin(), id.end(), [&](char byte) {
    return lower(byte) || (byte >= '0' && byte <= '9') || byte == '_';
  });
}

bool has_template(const YamlNode& node) { return node.is_scalar() && node.text.find("${{") != std::string::npos; }

class StepReader {
 public:
  StepReader(Scope& scope, const Registry& registry)
      : diagnostics_(scope.diagnostics()),
        registry_(registry),
        options_(scope, registry),
        connectors_(scope, registry) {}

  std::vector<StepDraft> read(const YamlNode& stream) {
    collect_ids(stream);
    std::vector<StepDraft> drafts;
    for (const YamlNode* item : stream.items) drafts.push_back(read_step(*item));
    return drafts;
  }

 private:
  // Ids that are written are known before any is made up, so that a made up one never takes the place of a written one.
  void collect_ids(const YamlNode& stream) {
    for (const YamlNode* item : stream.items)
      if (const YamlEntry* const id = item->is_mapping() ? item->find("id") : nullptr)
        written_ids_.insert(id->value->text);
  }

  StepDraft read_step(const YamlNode& node) {
    StepDraft draft;
    draft.step.node = &node;
    draft.broken = true;
    if (!node.is_mapping()) {
      diagnostics_.error(Code::wrong_type, node.span, fmt::format("a step is {}, expected a mapping", describe(node)),
                         "write `- filter: .amount > 0`");
      return draft;
    }
    const YamlEntry* const work = find_work(node);
    const bool known = work != nullptr && is_known(*work);
    if (known) draft.step.operation = work->key->text;
    read_id(node, work, draft);
    read_common(node, draft);
    if (known) read_sides(*work, draft);
    if (known) draft.broken = !read_work(*work, draft.step);
    return draft;
  }

  // The option that names what the step reads, instead of `from`; null: it has none.
  const OptionSpec* sides_option(const std::string& operation) const {
    const OperatorEntry* const entry = registry_.operation(operation);
    if (entry == nullptr) return nullptr;
    const auto& options = entry->spec.options;
    const auto found = std::find_if(options.begin(), options.end(),
                                    [](const OptionSpec& option) { return option.type == OptionType::steps; });
    return found != options.end() ? &*found : nullptr;
  }

  // What is wrong with their form is reported where the options are read.
  void read_sides(const YamlEntry& work, StepDraft& draft) {
    const OptionSpec* const option = sides_option(draft.step.operation);
    if (option == nullptr) return;
    draft.has_from = true;
    draft.from.clear();
    const YamlEntry* const sides = work.value->is_mapping() ? work.value->find(option->name) : nullptr;
    draft.from_broken = sides == nullptr || !sides->value->is_mapping();
    if (draft.from_broken) return;
    for (std::size_t input = 0; input < sides->value->entries.size(); ++input) {
      const YamlNode& node = *sides->value->entries[input].value;
      draft.from_broken = draft.from_broken || !node.is_scalar() || has_template(node);
      if (!node.is_scalar() || has_template(node)) continue;
      draft.from.push_back(reference(node));
      draft.from.back().input = static_cast<InputIndex>(input);
    }
  }

  // The one entry that says what the step does, known or not; null where there is none.
  const YamlEntry* find_work(const YamlNode& node) {
    const YamlEntry* work = nullptr;
    for (const YamlEntry& entry : node.entries) {
      if (is_step_key(entry.key->text)) continue;
      if (work != nullptr) {
        report_second(*work, entry);
        continue;
      }
      work = &entry;
    }
    if (work == nullptr)
      diagnostics_.error(Code::no_operator, node.span,
                         "a step without an operator, expected one such as `map`, `filter` or `sink`");
    return work;
  }

  void report_second(const YamlEntry& first, const YamlEntry& second) {
    diagnostics_.error(
        Code::several_operators, second.key->span,
        fmt::format("a step has one operator, found `{}` behind `{}`", second.key->text, first.key->text),
        fmt::format("begin a step of its own: `- {}: ...`", second.key->text));
  }

  bool is_known(const YamlEntry& work) {
    const std::string& name = work.key->text;
    if (name == "source" || name == "sink" || registry_.operation(name) != nullptr) return true;
    std::vector<std::string> names = {"source", "sink"};
    for (const OperatorEntry& each : registry_.operators) names.push_back(each.spec.name);
    std::string hint = did_you_mean(name, names);
    if (registry_.source(name) != nullptr)
      hint = fmt::format("write `source: {}` or `source: {{ {}: ... }}`", name, name);
    if (registry_.sink(name) != nullptr) hint = fmt::format("write `sink: {}` or `sink: {{ {}: ... }}`", name, name);
    diagnostics_.error(Code::unknown_operator, work.key->span,
                       fmt::format("there is no operator `{}`, expected {}", name, list_of(names)), std::move(hint));
    return false;
  }

  void read_id(const YamlNode& node, const YamlEntry* work, StepDraft& draft) {
    const YamlEntry* const entry = node.find("id");
    if (entry == nullptr) {
      draft.step.id = work != nullptr && is_identifier(work->key->text) ? free_id(work->key->text) : std::string();
      return;
    }
    const std::string& id = entry->value->text;
    draft.step.id = has_template(*entry->value) ? std::string() : id;
    draft.id = entry->value;
    draft.step.is_named = true;
    const bool reserved = id == "errors" || id == "late" || id == "other";
    if (has_template(*entry->value))
      diagnostics_.error(Code::bad_id, entry->value->span, "a template in `id`, where none may stand",
                         "write the id itself: steps are linked by what is written");
    else if (!entry->value->is_scalar() || !is_identifier(id))
      diagnostics_.error(Code::bad_id, entry->value->span,
                         fmt::format("`id` is {}, expected a small letter, then small letters, digits and `_`",
                                     describe(*entry->value)));
    else if (reserved)
      diagnostics_.error(Code::bad_id, entry->value->span,
                         fmt::format("`{}` is the name of an output, expected another id", id));
    else if (!used_ids_.insert(id).second)
      diagnostics_.error(Code::duplicate_id, entry->value->span, fmt::format("a second step with the id `{}`", id));
  }

  // The operator's name, or with the first number that is free.
  std::string free_id(const std::string& operation) {
    std::string id = operation;
    for (int number = 2; written_ids_.count(id) != 0 || used_ids_.count(id) != 0; ++number)
      id = fmt::format("{}_{}", operation, number);
    used_ids_.insert(id);
    return id;
  }

  void read_common(const YamlNode& node, StepDraft& draft) {
    for (const OptionSpec& spec : step_options()) {
      const YamlEntry* const entry = node.find(spec.name);
      if (entry == nullptr || spec.name == "id" || spec.name == "from") continue;
      const auto value = options_.read_value(spec, *entry->value);
      if (!value) continue;
      if (spec.name == "on_error")
        draft.step.on_error = std::get<std::string>(*value) == "skip" ? OnError::skip : OnError::stop;
      else
        draft.step.doc = std::get<std::string>(*value);
    }
    if (const YamlEntry* const from = node.find("from")) read_from(*from, draft);
  }

  void read_from(const YamlEntry& from, StepDraft& draft) {
    draft.has_from = true;
    const YamlNode& node = *from.value;
    if (const OptionSpec* const sides = sides_option(draft.step.operation); sides != nullptr) {
      diagnostics_.error(
          Code::from_at_sides, from.key->span,
          fmt::format("`{}` names what it reads in `{}`, expected no `from`", draft.step.operation, sides->name),
          fmt::format("write `{}: {}`", sides->name, sides->example));
      return;
    }
    if (draft.step.operation == "source")
      diagnostics_.error(Code::from_at_source, from.key->span, "a source reads no other step, expected no `from`");
    if (node.is_sequence() && !node.items.empty()) {
      for (const YamlNode* item : node.items) read_reference(*item, draft);
    } else {
      read_reference(node, draft);
    }
  }
  void read_reference(const YamlNode& node, StepDraft& draft) {
    draft.from_broken = draft.from_broken || !node.is_scalar() || has_template(node);
    if (has_template(node))
      diagnostics_.error(Code::unknown_step, node.span, "a template in `from`, where none may stand",
                         "write the step or its output itself; a `route` chooses among several");
    else if (node.is_scalar())
      draft.from.push_back(reference(node));
    else
      report_from(node);
  }
  void report_from(const YamlNode& node) {
    diagnostics_.error(Code::wrong_type, node.span,
                       fmt::format("`from` is {}, expected a step, an output such as `step.late`, or a list of those",
                                   describe(node)));
  }
  static Reference reference(const YamlNode& node) {
    const std::size_t dot = node.text.find('.');
    if (dot == std::string::npos) return {node.text, "", &node, 0};
    return {node.text.substr(0, dot), node.text.substr(dot + 1), &node, 0};
  }

  bool read_work(const YamlEntry& work, Step& step) {
    if (step.operation == "source") return connectors_.read_source(*work.value, step);
    if (step.operation == "sink") return connectors_.read_sink(*work.value, step);
    step.component = step.operation;
    const OperatorEntry& entry = *registry_.operation(step.operation);
    step.keeps_state = entry.spec.keeps_state;
    auto plan = options_.plan(entry, *work.value);
    if (!plan) return false;
    if (plan->has_main_output) step.outputs.names.emplace_back();
    step.outputs.names.insert(step.outputs.names.end(), plan->outputs.begin(), plan->outputs.end());
    step.outputs.has_errors = plan->can_reject;
    step.work = std::move(*plan);
    return true;
  }

  Diagnostics& diagnostics_;
  const Registry& registry_;
  OptionReader options_;
  ConnectorReader connectors_;
  std::set<std::string> written_ids_;
  std::set<std::string> used_ids_;
};

}  // namespace

std::vector<StepDraft> read_steps(const YamlNode& stream, Scope& scope, const Registry& registry) {
  return StepReader(scope, registry).read(stream);
}

}  // namespace flowrun
