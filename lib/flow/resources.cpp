#include "flow/resources.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <unistd.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"
#include "os/file.hpp"
#include "os/glob.hpp"

namespace flowrun {
namespace {

constexpr std::string_view file_prefix = "file:";

// Where a step names what it opens: its `path`, else its connector.
SourceSpan place_of(const Step& step) {
  const YamlEntry* const work = step.node->find(step.operation);
  if (work == nullptr) return step.node->span;
  const YamlEntry* const connector = work->value->is_mapping() ? work->value->find(step.component) : nullptr;
  if (connector == nullptr) return work->value->span;
  const YamlEntry* const path = connector->value->is_mapping() ? connector->value->find("path") : nullptr;
  return path != nullptr ? path->value->span : connector->key->span;
}

void report_shared(const Step& step, const Step& other, std::string_view what, Diagnostics& diagnostics) {
  diagnostics.error(Code::resource_conflict, place_of(step), fmt::format("`{}` {} `{}`", step.id, what, other.id));
}

// The file that a sink writes, or nothing.
std::optional<std::string> written_file(const Step& step) {
  if (!step.is_sink()) return std::nullopt;
  const std::string& resource = std::get<SinkStep>(step.work).sink.resource;
  if (resource.compare(0, file_prefix.size(), file_prefix) != 0) return std::nullopt;
  return resource.substr(file_prefix.size());
}

// Two names of one file, by links of any kind, are one file.
void check_sinks(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  std::map<std::string, const Step*> writers;  // by identity of the file
  for (const Step& step : steps) {
    const auto path = written_file(step);
    if (!path) continue;
    const auto [writer, first] = writers.emplace(file_identity(*path), &step);
    if (!first) report_shared(step, *writer->second, "writes the same file as", diagnostics);
  }
}

void check_written(const Step& source, const Step& sink, const std::string& path, Diagnostics& diagnostics) {
  const SourcePlan& plan = std::get<SourceStep>(source.work).source;
  const std::string written = file_identity(path);
  bool is_read = plan.resource == "stdin" && file_identity(STDIN_FILENO) == written;
  for (const std::string& pattern : plan.paths) {
    const auto files = matching_files(pattern);
    is_read = is_read || matches_pattern(resolved_path(pattern), path) ||
              (files && std::any_of(files->begin(), files->end(),
                                    [&](const std::string& file) { return file_identity(file) == written; }));
  }
  if (is_read) report_shared(sink, source, "writes a file that is read by", diagnostics);
}

}  // namespace

void check_resources(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  check_sinks(steps, diagnostics);
  for (const Step& source : steps)
    for (const Step& sink : steps)
      if (const auto path = written_file(sink); path && source.is_source())
        check_written(source, sink, *path, diagnostics);
  const Step* reader = nullptr;
  for (const Step& step : steps) {
    if (!step.is_source() || std::get<SourceStep>(step.work).source.resource != "stdin") continue;
    if (reader != nullptr) report_shared(step, *reader, "reads standard input, as does", diagnostics);
    reader = &step;
  }
}

}  // namespace flowrun
