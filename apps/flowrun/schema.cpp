#include <cstdio>
#include <nlohmann/json.hpp>

#include "builtins.hpp"
#include "command.hpp"
#include "flow/run_options.hpp"
#include "flow/step_options.hpp"

namespace flowrun {
namespace {

using Json = nlohmann::ordered_json;

Json reference_to(const std::string& definition) { return {{"$ref", "#/definitions/" + definition}}; }

/// A value of that schema, or a template that gives it when the flow is loaded.
Json or_template(Json schema) { return {{"anyOf", {std::move(schema), reference_to("template")}}}; }

Json mapping_of(Json value) {
  return {{"type", "object"}, {"additionalProperties", std::move(value)}, {"minProperties", 1}};
}

Json object_of(const std::vector<OptionSpec>& options);

Json ranged(const char* type, const OptionSpec& option) {
  Json schema = {{"type", type}};
  if (option.smallest) schema["minimum"] = *option.smallest;
  if (option.largest) schema["maximum"] = *option.largest;
  return or_template(std::move(schema));
}

/// A component by its name alone, or as a mapping of its name to its options (and, beside it, `also`).
template <class Entry>
Json component_choice(const std::vector<Entry>& entries, Json also) {
  Json names = Json::array();
  Json choices = Json::array();
  for (const Entry& entry : entries) {
    names.push_back(entry.spec.name);
    choices.push_back({{"required", {entry.spec.name}}});
    also[entry.spec.name] = entry.spec.value ? Json::object() : object_of(entry.spec.options);
    also[entry.spec.name]["description"] = entry.spec.summary;
  }
  const Json mapping = {{"type", "object"}, {"properties", also}, {"additionalProperties", false}, {"oneOf", choices}};
  return {{"anyOf", {{{"enum", names}}, mapping}}};
}

Json schema_of(const OptionSpec& option) {
  const Json text = {{"type", "string"}};
  const Json expression = reference_to("expression");
  switch (option.type) {
    case OptionType::text:
    case OptionType::interpolation:
    case OptionType::time:
      return text;
    case OptionType::texts:
      return {{"anyOf", {text, {{"type", "array"}, {"items", text}}}}};
    case OptionType::integer:
      return ranged("integer", option);
    case OptionType::number:
      return ranged("number", option);
    case OptionType::boolean:
      return or_template({{"type", "boolean"}});
    case OptionType::duration:
      return reference_to("duration");
    case OptionType::size:
      return {{"type", {"string", "integer"}}};
    case OptionType::rate:
      return text;
    case OptionType::choice:
      return or_template({{"enum", option.choices}});
    case OptionType::expression:
    case OptionType::condition:
    case OptionType::outputs:
      return expression;
    case OptionType::fields:
    case OptionType::conditions:
      return mapping_of(expression);
    case OptionType::outputs_or_fields:
    case OptionType::expression_or_fields:
      return {{"anyOf", {expression, mapping_of(expression)}}};
    case OptionType::calls:
      return mapping_of({{"type", {"string", "object"}}});
    case OptionType::step:
      return text;
    case OptionType::steps:
      return mapping_of(text);
    case OptionType::options:
      return object_of(option.nested);
    case OptionType::choice_or_options:
      return {{"anyOf", {{{"enum", option.choices}}, object_of(option.nested)}}};
    case OptionType::json:
      return Json::object();
    case OptionType::codec:
      return reference_to("codec");
    case OptionType::columns:
      return {{"anyOf", {{{"type", "boolean"}}, {{"type", "array"}, {"items", text}}}}};
  }
  return Json::object();
}

Json described(const OptionSpec& option) {
  Json schema = schema_of(option);
  std::string description = option.doc;
  if (!option.default_text.empty()) description += " (default " + option.default_text + ")";
  if (!description.empty()) schema["description"] = description;
  return schema;
}

Json object_of(const std::vector<OptionSpec>& options) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const OptionSpec& option : options) {
    properties[option.name] = described(option);
    if (option.required) required.push_back(option.name);
  }
  Json schema = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

/// What stands in a source or sink beside its connector.
Json beside(const std::vector<OptionSpec>& options) { return object_of(options)["properties"]; }

Json step_schema() {
  const Registry& registry = builtins();
  const Json text = {{"type", "string"}};
  Json properties = {
      {"id", {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]*$"}}},
      {"from", {{"anyOf", {text, {{"type", "array"}, {"items", text}}}}}},
      {"on_error", {{"enum", {"stop", "skip"}}}},
      {"doc", text},
      {"source", component_choice(registry.sources, beside(source_options()))},
      {"sink", component_choice(registry.sinks, beside(sink_options()))},
  };
  Json choices = {{{"required", {"source"}}}, {{"required", {"sink"}}}};
  for (const OperatorEntry& entry : registry.operators) {
    properties[entry.spec.name] = entry.spec.value ? schema_of(*entry.spec.value) : object_of(entry.spec.options);
    properties[entry.spec.name]["description"] = entry.spec.summary;
    choices.push_back({{"required", {entry.spec.name}}});
  }
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}, {"oneOf", choices}};
}

Json parameter_schema() {
  return {{"type", "object"},
          {"properties",
           {{"type", {{"enum", {"string", "integer", "number", "boolean", "duration", "size", "json"}}}},
            {"default", Json::object()},
            {"required", {{"type", "boolean"}}},
            {"choices", {{"type", "array"}}},
            {"doc", {{"type", "string"}}}}},
          {"additionalProperties", false}};
}

Json runtime_schema() {
  std::vector<OptionSpec> options;
  for (const RunOption& option : run_options())
    if (option.in_flow_file) options.push_back(option.spec);
  return object_of(options);
}

/// Of every step its list.
Json lists_by_step(const Json& item) {
  return {{"type", "object"}, {"additionalProperties", {{"type", "array"}, {"items", item}}}};
}

Json object_with(Json properties, Json required = Json::array()) {
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

Json script_entry_schema() {
  const Json text = {{"type", "string"}};
  const Json any = Json::object();
  const Json send = object_with({{"to", text},
                                 {"value", any},
                                 {"values", {{"type", "array"}}},
                                 {"raw", text},
                                 {"key", any},
                                 {"time", any},
                                 {"meta", any}},
                                {"to"});
  Json entry = object_with(
      {{"send", send}, {"advance", reference_to("duration")}, {"epoch", {{"type", "boolean"}}}, {"end", text}});
  entry["minProperties"] = entry["maxProperties"] = 1;
  return entry;
}

Json test_schema() {
  const Json text = {{"type", "string"}};
  const Json any = Json::object();
  const Json record = object_with({{"value", any}, {"key", any}, {"time", any}, {"meta", any}});
  const Json error = object_with({{"step", text}, {"kind", text}, {"message", text}}, {"step"});
  return object_with({{"name", text},
                      {"doc", text},
                      {"params", {{"type", "object"}}},
                      {"now", text},
                      {"given", lists_by_step(any)},
                      {"script", {{"type", "array"}, {"items", script_entry_schema()}}},
                      {"expect", lists_by_step(any)},
                      {"expect_records", lists_by_step(record)},
                      {"expect_errors", {{"type", "array"}, {"items", error}}},
                      {"in_order", {{"type", "boolean"}}},
                      {"workers", {{"type", "integer"}, {"minimum", 1}, {"maximum", 64}}}},
                     {"name"});
}

Json flow_schema() {
  const Json text = {{"type", "string"}};
  return {{"$schema", "http://json-schema.org/draft-07/schema#"},
          {"title", "A flow of flowrun"},
          {"type", "object"},
          {"required", {"flow", "stream"}},
          {"additionalProperties", false},
          {"properties",
           {{"flow", {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_-]*$"}}},
            {"doc", text},
            {"params", {{"type", "object"}, {"additionalProperties", parameter_schema()}}},
            {"functions", text},
            {"runtime", runtime_schema()},
            {"stream", {{"type", "array"}, {"minItems", 1}, {"items", reference_to("step")}}},
            {"tests", {{"type", "array"}, {"items", test_schema()}}}}},
          {"definitions",
           {{"expression", {{"type", {"string", "number", "boolean", "null"}}}},
            {"template", {{"type", "string"}, {"pattern", "\\$\\{\\{"}}},
            {"duration", {{"anyOf", {text, {{"const", 0}}}}}},
            {"codec", component_choice(builtins().codecs, Json::object())},
            {"step", step_schema()}}}};
}

}  // namespace

Command schema_command() {
  Command made;
  made.name = "schema";
  made.summary = "the JSON Schema of flow files, for editors";
  made.examples = {{"flowrun schema > flow.schema.json", "for the YAML plug-in of an editor"}};
  made.run = [](const Invocation&) {
    std::puts(flow_schema().dump(2).c_str());
    return 0;
  };
  return made;
}

}  // namespace flowrun
