#include "flow/test_names.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/nearest.hpp"
#include "flow/diagnostic_codes.hpp"
#include "flow/option_text.hpp"

namespace flowrun {

TestNames::TestNames(const std::vector<StepDraft>& drafts, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
  for (const StepDraft& draft : drafts) {
    Name& name = names_.emplace_back();
    name.id = draft.step.id;
    name.operation = draft.step.operation;
    name.outputs = draft.step.outputs;
    name.is_broken = draft.broken;
    all_known_ = all_known_ && !name.id.empty() && (!name.operation.empty() || draft.id != nullptr);
    if (const auto* const source = std::get_if<SourceStep>(&draft.step.work); source != nullptr && !draft.broken) {
      name.takes_bytes = source->source.has_bytes;
      name.has_time = source->time.make != nullptr;
    }
  }
}

std::optional<std::size_t> TestNames::find(std::string_view id) const {
  const auto found = std::find_if(names_.begin(), names_.end(), [&](const Name& name) { return name.id == id; });
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::vector<std::string> TestNames::ids(bool sources_only) const {
  std::vector<std::string> ids;
  for (const Name& name : names_)
    if (!name.id.empty() && (!sources_only || name.is_source())) ids.push_back(name.id);
  return ids;
}

std::vector<std::size_t> TestNames::sources() const {
  std::vector<std::size_t> found;
  for (std::size_t index = 0; index < names_.size(); ++index)
    if (names_[index].is_source()) found.push_back(index);
  return found;
}

void TestNames::report_unknown(const YamlNode& node, const std::vector<std::string>& known,
                               std::string_view kind) const {
  if (!all_known_) return;
  const std::string expected = known.empty() ? std::string() : fmt::format(", expected {}", list_of(known));
  diagnostics_.error(Code::unknown_step, node.span, fmt::format("there is no {} `{}`{}", kind, node.text, expected),
                     did_you_mean(node.text, known));
}

std::optional<std::size_t> TestNames::source(const YamlNode& node) const {
  const auto found = find(node.text);
  if (!found) {
    report_unknown(node, ids(true), "source");
  } else if (names_[*found].operation.empty()) {
    return std::nullopt;
  } else if (!names_[*found].is_source()) {
    diagnostics_.error(Code::not_a_source, node.span,
                       fmt::format("`{}` is no source, expected {}", node.text, list_of(ids(true))));
    return std::nullopt;
  }
  return found;
}

std::optional<std::size_t> TestNames::step(const YamlNode& node) const {
  const auto found = find(node.text);
  if (!found) report_unknown(node, ids(false), "step");
  return found;
}

std::optional<Stream> TestNames::stream(const YamlNode& node) const {
  const std::string_view text = node.text;
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto found = find(text.substr(0, dot));
  if (!found) {
    report_unknown(node, ids(false), "step or output");
    return std::nullopt;
  }
  const Name& name = names_[*found];
  if (name.is_broken) return std::nullopt;
  const std::string_view output = dot < text.size() ? text.substr(dot + 1) : std::string_view();
  const auto& outputs = name.outputs.names;
  if (output == "errors" && name.outputs.has_errors) return Stream{*found, name.outputs.errors_port()};
  if (output.empty() && dot == text.size() && name.operation == "sink") return Stream{*found, written_port};
  const auto port = std::find(outputs.begin(), outputs.end(), output);
  if (port != outputs.end()) return Stream{*found, static_cast<Port>(port - outputs.begin())};
  std::vector<std::string> known;
  if (name.operation == "sink") known.push_back(name.id);
  for (const std::string& each : outputs) known.push_back(each.empty() ? name.id : name.id + "." + each);
  if (name.outputs.has_errors) known.push_back(name.id + ".errors");
  diagnostics_.error(Code::unknown_output, node.span,
                     fmt::format("`{}` has no {}, expected {}", name.id,
                                 output.empty() ? "main output" : fmt::format("output `{}`", output), list_of(known)),
                     did_you_mean(node.text, known));
  return std::nullopt;
}

}  // namespace flowrun
