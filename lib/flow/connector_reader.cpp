#include "flow/connector_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_text.hpp"
#include "flow/step_options.hpp"

namespace flowrun {
namespace {

template <class Entry>
std::vector<std::string> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries) names.push_back(entry.spec.name);
  return names;
}

// Where the options of a codec stand, or else what stands for them.
const YamlNode& options_of_codec(const YamlNode& node, std::string_view key) {
  const YamlEntry* const entry = node.is_mapping() ? node.find(key) : nullptr;
  if (entry == nullptr) return node;
  return entry->value->is_mapping() ? *entry->value->entries.front().value : *entry->value;
}

}  // namespace

std::optional<ConnectorReader::Connector> ConnectorReader::find_connector(const YamlNode& node, std::string_view kind,
                                                                          const std::vector<std::string>& known,
                                                                          const std::vector<OptionSpec>& common) {
  Connector connector;
  connector.rest = node;
  if (node.is_scalar()) {
    const auto expanded = scope_.expand(kind, node);
    if (!expanded) return std::nullopt;
    connector.bare_name = std::make_unique<YamlNode>(node);
    // One that may be any is taken for one that needs no options.
    if (expanded->assumed)
      connector.bare_name->text = kind == "source" ? "stdin" : "drop";
    else
      connector.bare_name->text = text_of(expanded->value);
    connector.name = connector.bare_name.get();
    connector.shorthand = std::make_unique<YamlNode>();
    connector.shorthand->span = node.span;
    connector.options = connector.shorthand.get();
    connector.rest.kind = YamlKind::mapping;
  } else if (node.is_mapping()) {
    take_connector(common, connector);
  }
  if (connector.name == nullptr) {
    diagnostics_.error(Code::no_connector, node.span,
                       fmt::format("`{}` names no connector, expected {}", kind, list_of(known)));
    return std::nullopt;
  }
  if (std::find(known.begin(), known.end(), connector.name->text) != known.end()) return connector;
  std::vector<std::string> candidates = known;
  for (const OptionSpec& spec : common) candidates.push_back(spec.name);
  diagnostics_.error(Code::unknown_connector, connector.name->span,
                     fmt::format("there is no {} `{}`, expected {}", kind, connector.name->text, list_of(known)),
                     did_you_mean(connector.name->text, candidates));
  return std::nullopt;
}

// The connector is the first key that is no common option; a name that is known goes before others.
void ConnectorReader::take_connector(const std::vector<OptionSpec>& common, Connector& connector) {
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
}

bool ConnectorReader::read_source(const YamlNode& node, Step& step) {
  const auto connector = find_connector(node, "source", names_of(registry_.sources), source_options());
  if (!connector) return false;
  step.component = connector->name->text;
  const auto common = options_.read(source_options(), connector->rest, "the options of `source`");
  auto plan = options_.plan(*registry_.source(step.component), *connector->options);
  if (!plan || !common) return false;
  SourceStep source;
  source.source = std::move(*plan);
  source.max_record = static_cast<std::size_t>(common->at<std::int64_t>("max_record"));
  if (const double* const rate = common->get<double>("rate")) source.records_per_second = *rate;
  step.outputs = {{""}, source.source.has_bytes || source.source.make_records != nullptr};
  if (!read_decoder(*common, node, source) || !read_time(*common, node, step, source) ||
      !read_key(*common, node, step, source))
    return false;
  step.work = std::move(source);
  return true;
}

bool ConnectorReader::read_decoder(const Options& common, const YamlNode& node, SourceStep& source) {
  if (!source.source.has_bytes) {
    if (const YamlEntry* const written = node.find("decode"); written != nullptr)
      diagnostics_.error(Code::unknown_key, written->key->span, "the source makes values, expected no `decode`");
    if (source.source.make_records != nullptr)
      source.decoder.make = [make = source.source.make_records](Context& context, const ReadSet&) {
        return make(context);
      };
    return true;
  }
  const auto& codec = common.at<ComponentChoice>("decode");
  source.codec = codec.name;
  const CodecEntry& entry = *registry_.codec(codec.name);
  auto decoder = options_.accept(entry.plan_decoder(*codec.options, static_cast<std::int64_t>(source.max_record)),
                                 options_of_codec(node, "decode"));
  if (decoder) source.decoder = std::move(*decoder);
  return decoder.has_value();
}

// `time` of a source is the operator of that name, behind its decoder.
bool ConnectorReader::read_time(const Options& common, const YamlNode& node, Step& step, SourceStep& source) {
  const ProgramPtr* const program = common.get<ProgramPtr>("time");
  if (program == nullptr) return check_no_watermark(node);
  Options options;
  options.set("at", *program);
  for (const char* const name : {"delay", "idle", "when_idle"}) options.set(name, *common.find(name));
  options.set("of_source", true);
  auto time = options_.accept(registry_.operation("time")->plan(options), node);
  if (!time) return false;
  time->sets_time->ahead = common.at<Duration>("ahead");
  step.outputs.has_errors = true;
  source.time = std::move(*time);
  return true;
}

bool ConnectorReader::check_no_watermark(const YamlNode& node) {
  if (!node.is_mapping()) return true;
  for (const char* const name : {"delay", "idle", "when_idle", "ahead"})
    if (const YamlEntry* const written = node.find(name); written != nullptr) {
      diagnostics_.error(Code::missing_key, written->key->span,
                         fmt::format("`{}` goes by event time, expected `time` beside it", name), "write `time: .ts`");
      return false;
    }
  return true;
}

// `key` of a source is the operator of that name, behind its decoder.
bool ConnectorReader::read_key(const Options& common, const YamlNode& node, Step& step, SourceStep& source) {
  const ProgramPtr* const program = common.get<ProgramPtr>("key");
  if (program == nullptr) return true;
  Options options;
  options.set("", *program);
  auto key = options_.accept(registry_.operation("key")->plan(options), node);
  if (!key) return false;
  step.outputs.has_errors = step.outputs.has_errors || key->can_reject;
  source.key = std::move(*key);
  return true;
}

bool ConnectorReader::read_sink(const YamlNode& node, Step& step) {
  const auto connector = find_connector(node, "sink", names_of(registry_.sinks), sink_options());
  if (!connector) return false;
  step.component = connector->name->text;
  const auto common = options_.read(sink_options(), connector->rest, "the options of `sink`");
  auto plan = options_.plan(*registry_.sink(step.component), *connector->options);
  if (!plan || !common) return false;
  SinkStep sink;
  sink.sink = std::move(*plan);
  if (!read_encoder(*common, node, sink)) return false;
  step.outputs.has_errors = sink.sink.encodes && sink.encoder.can_reject;
  step.work = std::move(sink);
  return true;
}

bool ConnectorReader::read_encoder(const Options& common, const YamlNode& node, SinkStep& sink) {
  if (!sink.sink.encodes) {
    if (const YamlEntry* const written = node.find("encode"); written != nullptr)
      diagnostics_.error(Code::unknown_key, written->key->span, "the sink writes no bytes, expected no `encode`");
    return true;
  }
  const auto& codec = common.at<ComponentChoice>("encode");
  sink.codec = codec.name;
  auto encoder =
      options_.accept(registry_.codec(codec.name)->plan_encoder(*codec.options), options_of_codec(node, "encode"));
  if (encoder) sink.encoder = std::move(*encoder);
  return encoder.has_value();
}

}  // namespace flowrun
