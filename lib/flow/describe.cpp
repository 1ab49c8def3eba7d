#include "flow/describe.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <vector>

#include "flow/describe_time.hpp"

namespace flowrun {
namespace {

using Json = nlohmann::ordered_json;

// A step as all three formats show it.
struct Description {
  const Step* step = nullptr;
  std::string work;                // `file, decode json`
  std::vector<std::string> from;   // streams
  std::vector<std::string> reads;  // of a record: `.user`, `key`
  std::string exchange;            // empty: none
  std::string watermark;           // of a step that sets event time: what it goes by
  std::string clock;               // of its durations; empty: it has none
  std::string note;
  std::string guarantee;  // of a sink
};

std::string stream_name(const Flow& flow, const Stream& stream) {
  const Step& step = flow.steps[stream.step];
  if (stream.port == step.outputs.errors_port()) return step.id + ".errors";
  const std::string& name = step.outputs.names[stream.port];
  return name.empty() ? step.id : step.id + "." + name;
}

void list_fields(const Projection& projection, const std::string& path, std::vector<std::string>& fields) {
  if (projection.whole) {
    fields.push_back(path.empty() ? "." : path);
    return;
  }
  for (const Projection::Field& field : projection.fields)
    if (field.projection.whole || field.projection.fields.empty())
      fields.push_back(path + "." + field.name);
    else
      list_fields(field.projection, path + "." + field.name, fields);
}

std::vector<std::string> list_reads(const ReadSet& reads) {
  std::vector<std::string> list;
  list_fields(reads.value, "", list);
  if (reads.key) list.emplace_back("$key");
  if (reads.time) list.emplace_back("$time");
  if (reads.meta) list.emplace_back("$meta");
  if (reads.raw) list.emplace_back("bytes as read");
  return list;
}

std::string describe_exchange(Exchange exchange) {
  switch (exchange) {
    case Exchange::by_group:
      return "to the worker of the group";
    case Exchange::round_robin:
      return "to all workers in turn";
    case Exchange::none:
      break;
  }
  return {};
}

std::string describe_work(const Step& step) {
  if (const auto* const source = std::get_if<SourceStep>(&step.work)) {
    std::string work = step.component;
    if (!source->codec.empty()) work += ", decode " + source->codec;
    if (source->records_per_second > 0) work += fmt::format(", at most {:g} records/s", source->records_per_second);
    return work;
  }
  if (const auto* const sink = std::get_if<SinkStep>(&step.work))
    return sink->codec.empty() ? step.component : step.component + ", encode " + sink->codec;
  return {};
}

std::string joined(const std::vector<std::string>& list) { return fmt::format("{}", fmt::join(list, ", ")); }

// A stream, and of which side it is, where the step has several.
std::string read_name(const Flow& flow, const OperatorPlan* operation, const ReadStream& stream) {
  const std::string name = stream_name(flow, stream);
  const bool has_sides = operation != nullptr && !operation->sides.empty();
  return has_sides ? fmt::format("{} as {}", name, operation->sides[stream.input].name) : name;
}

// Of a step with several nodes the first is where its records come in; of a source the last shows what it gives.
void describe_input(const CompiledFlow& compiled, const Step& step, Description& description) {
  ReadSet reads;
  for (std::size_t index = 0; index < compiled.plan.nodes.size(); ++index) {
    const Plan::Node& node = compiled.plan.nodes[index];
    if (node.step != step.id) continue;
    for (const Plan::Input& input : node.inputs)
      for (const Plan::Edge& edge : input.edges)
        if (edge.exchange != Exchange::none) description.exchange = describe_exchange(edge.exchange);
    if (step.is_source() || reads.value.fields.empty()) reads = compiled.reads[index];
  }
  description.reads = list_reads(reads);
}

// The nodes of the sides come in their order, before the step's own.
void describe_sides(const CompiledFlow& compiled, const Step& step, Description& description) {
  const OperatorPlan& plan = std::get<OperatorPlan>(step.work);
  std::size_t side = 0;
  for (std::size_t index = 0; index < compiled.plan.nodes.size() && side < plan.sides.size(); ++index)
    if (compiled.plan.nodes[index].step == step.id)
      description.reads.push_back(
          fmt::format("{} ({})", plan.sides[side++].name, joined(list_reads(compiled.reads[index]))));
  description.exchange = describe_exchange(plan.exchange);
}

Description describe_step(const Flow& flow, const CompiledFlow& compiled, const Step& step) {
  Description description;
  description.step = &step;
  description.work = describe_work(step);
  const auto* const operation = std::get_if<OperatorPlan>(&step.work);
  for (const ReadStream& stream : step.from) description.from.push_back(read_name(flow, operation, stream));
  if (operation != nullptr && !operation->sides.empty())
    describe_sides(compiled, step, description);
  else
    describe_input(compiled, step, description);
  if (operation != nullptr) description.note = operation->note;
  description.watermark = describe_watermark(step);
  description.clock = describe_clock(flow, step);
  if (const auto* const sink = std::get_if<SinkStep>(&step.work)) description.guarantee = sink->sink.guarantee;
  return description;
}

void add_line(std::string& text, std::string_view name, const std::string& value) {
  if (!value.empty()) text += fmt::format("    {:<15}{}\n", fmt::format("{}:", name), value);
}

std::string as_text(const Flow& flow, const std::vector<Description>& descriptions) {
  std::string text = fmt::format("flow {}{}{}\n", flow.name, flow.doc.empty() ? "" : ": ", flow.doc);
  for (const Description& each : descriptions) {
    const std::string work = each.work.empty() ? each.step->operation : each.step->operation + " " + each.work;
    text += fmt::format("\n  {}: {}\n", each.step->id, work);
    add_line(text, "about", each.step->doc);
    add_line(text, "from", joined(each.from));
    add_line(text, "exchange", each.exchange);
    add_line(text, "watermark", each.watermark);
    add_line(text, "clock", each.clock);
    add_line(text, each.step->is_source() ? "decodes" : "reads", joined(each.reads));
    add_line(text, "state", each.note);
    add_line(text, "with recovery", each.guarantee);
    if (each.step->outputs.has_errors)
      add_line(text, "on error", each.step->on_error == OnError::skip ? "skip" : "stop, unless its errors are read");
  }
  return text;
}

std::string as_json(const Flow& flow, const std::vector<Description>& descriptions) {
  Json steps = Json::array();
  for (const Description& each : descriptions) {
    Json step = {{"id", each.step->id}, {"operation", each.step->operation}};
    if (each.step->component != each.step->operation) step["component"] = each.step->component;
    step["from"] = each.from;
    step["reads"] = each.reads;
    if (!each.exchange.empty()) step["exchange"] = each.exchange;
    if (!each.watermark.empty()) step["watermark"] = each.watermark;
    if (!each.clock.empty()) step["clock"] = each.clock;
    if (!each.note.empty()) step["state"] = each.note;
    if (!each.guarantee.empty()) step["guarantee"] = each.guarantee;
    Json outputs = Json::array();
    for (const std::string& name : each.step->outputs.names)
      outputs.push_back(name.empty() ? each.step->id : each.step->id + "." + name);
    step["outputs"] = std::move(outputs);
    steps.push_back(std::move(step));
  }
  return Json{{"flow", flow.name}, {"doc", flow.doc}, {"steps", std::move(steps)}}.dump(2) + "\n";
}

std::string as_mermaid(const Flow& flow, const std::vector<Description>& descriptions) {
  std::string text = "flowchart TD\n";
  for (const Description& each : descriptions) {
    const std::string label =
        each.step->id == each.step->operation ? each.step->id : each.step->id + "<br>" + each.step->operation;
    const bool end = each.step->is_source() || each.step->is_sink();
    text += fmt::format("  step_{}{}\"{}\"{}\n", each.step->id, end ? "([" : "[", label, end ? "])" : "]");
  }
  for (const Description& each : descriptions)
    for (const Stream& stream : each.step->from) {
      const std::string name = stream_name(flow, stream);
      const std::size_t dot = name.find('.');
      const std::string arrow = dot == std::string::npos ? "-->" : fmt::format("-->|{}|", name.substr(dot + 1));
      text += fmt::format("  step_{} {} step_{}\n", flow.steps[stream.step].id, arrow, each.step->id);
    }
  return text;
}

}  // namespace

std::string describe_plan(const Flow& flow, const CompiledFlow& compiled, PlanFormat format) {
  std::vector<Description> descriptions;
  for (const Step& step : flow.steps) descriptions.push_back(describe_step(flow, compiled, step));
  switch (format) {
    case PlanFormat::json:
      return as_json(flow, descriptions);
    case PlanFormat::mermaid:
      return as_mermaid(flow, descriptions);
    case PlanFormat::text:
      break;
  }
  return as_text(flow, descriptions);
}

}  // namespace flowrun
