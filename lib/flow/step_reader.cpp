#include "flow/step_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_text.hpp"

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

bool is_step_key(std::string_view key) { return key == "id" || key == "from" || key == "on_error" || key == "doc"; }

bool is_identifier(std::string_view id) {
  const auto lower = [](char byte) { return byte >= 'a' && byte <= 'z'; };
  return !id.empty() && lower(id.front()) && std::all_of(id.begin(), id.end(), [&](char byte) {
    return lower(byte) || (byte >= '0' && byte <= '9') || byte == '_';
  });
}

class StepReader {
 public:
  StepReader(Scope& scope, const Registry& registry)
      : scope_(scope), diagnostics_(scope.diagnostics()), registry_(registry), options_(scope, registry) {}

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
    if (work != nullptr) draft.step.operation = work->key->text;
    read_id(node, draft);
    read_common(node, draft);
    if (work != nullptr) draft.broken = !read_work(*work, draft.step);
    return draft;
  }

  // The one entry that says what the step does; null where there is none, or none that is known.
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
    return work != nullptr && is_known(*work) ? work : nullptr;
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

  void read_id(const YamlNode& node, StepDraft& draft) {
    const YamlEntry* const entry = node.find("id");
    if (entry == nullptr) {
      draft.step.id = draft.step.operation.empty() ? std::string() : free_id(draft.step.operation);
      return;
    }
    const std::string& id = entry->value->text;
    draft.step.id = id;
    draft.id = entry->value;
    const bool reserved = id == "errors" || id == "late" || id == "other";
    if (!entry->value->is_scalar() || !is_identifier(id))
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
    if (draft.step.operation == "source")
      diagnostics_.error(Code::from_at_source, from.key->span, "a source reads no other step, expected no `from`");
    if (!node.is_scalar() && (!node.is_sequence() || node.items.empty())) {
      report_from(node);
    } else if (node.is_scalar()) {
      draft.from.push_back(reference(node));
    } else {
      for (const YamlNode* item : node.items)
        if (item->is_scalar())
          draft.from.push_back(reference(*item));
        else
          report_from(*item);
    }
  }
  void report_from(const YamlNode& node) {
    diagnostics_.error(Code::wrong_type, node.span,
                       fmt::format("`from` is {}, expected a step, an output such as `step.late`, or a list of those",
                                   describe(node)));
  }
  static Reference reference(const YamlNode& node) {
    const std::size_t dot = node.text.find('.');
    if (dot == std::string::npos) return {node.text, "", &node};
    return {node.text.substr(0, dot), node.text.substr(dot + 1), &node};
  }

  bool read_work(const YamlEntry& work, Step& step) {
    if (step.operation == "source") return read_source(*work.value, step);
    if (step.operation == "sink") return read_sink(*work.value, step);
    step.component = step.operation;
    const OperatorEntry& entry = *registry_.operation(step.operation);
    auto plan = plan_component(entry, *work.value);
    if (!plan) return false;
    if (plan->has_main_output) step.outputs.names.emplace_back();
    step.outputs.names.insert(step.outputs.names.end(), plan->outputs.begin(), plan->outputs.end());
    step.outputs.has_errors = plan->can_reject;
    step.work = std::move(*plan);
    return true;
  }

  // Reads the options of a component and asks it for its plan.
  template <class Entry>
  auto plan_component(const Entry& entry, const YamlNode& node)
      -> std::optional<std::decay_t<decltype(*entry.plan(std::declval<Options>()))>> {
    const auto options = options_.read_component(entry.spec, node);
    if (!options) return std::nullopt;
    return accept(entry.plan(*options), node);
  }
  template <class Planned>
  std::optional<Planned> accept(Result<Planned, OptionFaults> planned, const YamlNode& node) {
    if (planned) return std::move(*planned);
    options_.report(planned.error(), node);
    return std::nullopt;
  }

  // A connector with its options, among those that every source (or sink) has: `file: {...}`, or its bare name.
  struct Connector {
    const YamlNode* name = nullptr;
    const YamlNode* options = nullptr;
    YamlNode rest;  // the mapping without it
  };
  template <class Entry>
  std::optional<Connector> find_connector(const YamlNode& node, std::string_view kind, const std::vector<Entry>& known,
                                          const std::vector<OptionSpec>& common) {
    static const YamlNode empty;
    Connector connector;
    connector.rest = node;
    if (node.is_scalar()) {
      connector.name = &node;
      connector.options = &empty;
      connector.rest.kind = YamlKind::mapping;
    } else if (node.is_mapping()) {
      take_connector(node, common, connector);
    }
    std::vector<std::string> names;
    for (const Entry& entry : known) names.push_back(entry.spec.name);
    if (connector.name == nullptr) {
      diagnostics_.error(Code::no_connector, node.span,
                         fmt::format("`{}` names no connector, expected one of {}", kind, list_of(names)));
      return std::nullopt;
    }
    if (std::find(names.begin(), names.end(), connector.name->text) != names.end()) return connector;
    std::vector<std::string> candidates = names;
    for (const OptionSpec& spec : common) candidates.push_back(spec.name);
    diagnostics_.error(Code::unknown_connector, connector.name->span,
                       fmt::format("there is no {} `{}`, expected {}", kind, connector.name->text, list_of(names)),
                       did_you_mean(connector.name->text, candidates));
    return std::nullopt;
  }
  // The connector is the first key that is no common option; a name that is known goes before others.
  void take_connector(const YamlNode& node, const std::vector<OptionSpec>& common, Connector& connector) {
    const auto is_common = [&](const YamlEntry& entry) {
      return std::any_of(common.begin(), common.end(),
                         [&](const OptionSpec& spec) { return spec.name == entry.key->text; });
    };
    const auto is_connector = [&](const YamlEntry& entry) {
      return registry_.source(entry.key->text) != nullptr || registry_.sink(entry.key->text) != nullptr;
    };
    auto& entries = connector.rest.entries;
    auto found = std::find_if(entries.begin(), entries.end(), is_connector);
    if (found == entries.end()) found = std::find_if_not(entries.begin(), entries.end(), is_common);
    if (found == entries.end()) return;
    connector.name = found->key;
    connector.options = found->value;
    entries.erase(found);
    static_cast<void>(node);
  }

  bool read_source(const YamlNode& node, Step& step) {
    const auto connector = find_connector(node, "source", registry_.sources, source_options());
    const auto common =
        connector ? options_.read(source_options(), connector->rest, "the options of `source`") : std::nullopt;
    if (!connector) return false;
    step.component = connector->name->text;
    const SourceEntry& entry = *registry_.source(step.component);
    auto plan = connector->options->is_null() && node.is_scalar() ? plan_defaults(entry, node)
                                                                  : plan_component(entry, *connector->options);
    if (!plan || !common) return false;
    SourceStep source;
    source.source = std::move(*plan);
    source.max_record = static_cast<std::size_t>(common->at<std::int64_t>("max_record"));
    if (const double* const rate = common->get<double>("rate")) source.records_per_second = *rate;
    step.outputs = {{""}, source.source.has_bytes};
    if (!read_decoder(*common, node, source) || !read_key(*common, node, step, source)) return false;
    step.work = std::move(source);
    return true;
  }

  template <class Entry>
  auto plan_defaults(const Entry& entry, const YamlNode& node)
      -> std::optional<std::decay_t<decltype(*entry.plan(std::declval<Options>()))>> {
    const auto options =
        options_.defaults(entry.spec.options, node, fmt::format("the options of `{}`", entry.spec.name));
    if (!options) return std::nullopt;
    return accept(entry.plan(*options), node);
  }

  bool read_decoder(const Options& common, const YamlNode& node, SourceStep& source) {
    const auto& codec = common.at<ComponentChoice>("decode");
    source.codec = codec.name;
    if (!source.source.has_bytes) {
      if (const YamlEntry* const written = node.find("decode"); written != nullptr)
        diagnostics_.error(Code::unknown_key, written->key->span, "the source makes values, expected no `decode`");
      source.codec.clear();
      return true;
    }
    auto decoder = accept(registry_.codec(codec.name)->plan_decoder(*codec.options, static_cast<std::int64_t>(source.max_record)), node);
    if (decoder) source.decoder = std::move(*decoder);
    return decoder.has_value();
  }

  // `key` of a source is the operator of that name, behind its decoder.
  bool read_key(const Options& common, const YamlNode& node, Step& step, SourceStep& source) {
    const ProgramPtr* const program = common.get<ProgramPtr>("key");
    if (program == nullptr) return true;
    Options options;
    options.set("", *program);
    auto key = accept(registry_.operation("key")->plan(options), node);
    if (!key) return false;
    step.outputs.has_errors = step.outputs.has_errors || key->can_reject;
    source.key = std::move(*key);
    return true;
  }

  bool read_sink(const YamlNode& node, Step& step) {
    const auto connector = find_connector(node, "sink", registry_.sinks, sink_options());
    const auto common =
        connector ? options_.read(sink_options(), connector->rest, "the options of `sink`") : std::nullopt;
    if (!connector) return false;
    step.component = connector->name->text;
    const SinkEntry& entry = *registry_.sink(step.component);
    auto plan = connector->options->is_null() && node.is_scalar() ? plan_defaults(entry, node)
                                                                  : plan_component(entry, *connector->options);
    if (!plan || !common) return false;
    SinkStep sink;
    sink.sink = std::move(*plan);
    step.outputs.has_errors = sink.sink.encodes;
    if (!read_encoder(*common, node, sink)) return false;
    step.work = std::move(sink);
    return true;
  }

  bool read_encoder(const Options& common, const YamlNode& node, SinkStep& sink) {
    if (!sink.sink.encodes) {
      if (const YamlEntry* const written = node.find("encode"); written != nullptr)
        diagnostics_.error(Code::unknown_key, written->key->span, "the sink writes no bytes, expected no `encode`");
      return true;
    }
    const auto& codec = common.at<ComponentChoice>("encode");
    sink.codec = codec.name;
    auto encoder = accept(registry_.codec(codec.name)->plan_encoder(*codec.options), node);
    if (encoder) sink.encoder = std::move(*encoder);
    return encoder.has_value();
  }

  Scope& scope_;
  Diagnostics& diagnostics_;
  const Registry& registry_;
  OptionReader options_;
  std::set<std::string> written_ids_;
  std::set<std::string> used_ids_;
};

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

std::vector<StepDraft> read_steps(const YamlNode& stream, Scope& scope, const Registry& registry) {
  return StepReader(scope, registry).read(stream);
}

}  // namespace flowrun
