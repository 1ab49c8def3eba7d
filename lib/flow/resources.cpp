#include "flow/resources.hpp"

#include <fmt/format.h>
#include <fnmatch.h>
#include <map>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_tree.hpp"
#include "os/file.hpp"

namespace flowrun {
namespace {

constexpr std::string_view file_prefix = "file:";

bool is_file(const std::string& resource) { return resource.compare(0, file_prefix.size(), file_prefix) == 0; }

void report_shared(const Step& step, const Step& other, std::string_view what, Diagnostics& diagnostics) {
  diagnostics.error(Code::resource_conflict, step.node->span, fmt::format("`{}` {} `{}`", step.id, what, other.id));
}

void check_sinks(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  std::map<std::string, const Step*> owners;
  for (const Step& step : steps) {
    if (!step.is_sink()) continue;
    const std::string& resource = std::get<SinkStep>(step.work).sink.resource;
    if (!is_file(resource)) continue;
    const auto [owner, first] = owners.emplace(resource, &step);
    if (!first) report_shared(step, *owner->second, "writes the same file as", diagnostics);
  }
  for (const Step& step : steps) {
    if (!step.is_source()) continue;
    for (const std::string& path : std::get<SourceStep>(step.work).source.paths) {
      const std::string pattern = resolved_path(path);
      for (const auto& [resource, owner] : owners)
        if (::fnmatch(pattern.c_str(), resource.c_str() + file_prefix.size(), FNM_PATHNAME) == 0)
          report_shared(*owner, step, "writes a file that is read by", diagnostics);
    }
  }
}

}  // namespace

void check_resources(const std::vector<Step>& steps, Diagnostics& diagnostics) {
  check_sinks(steps, diagnostics);
  const Step* reader = nullptr;
  for (const Step& step : steps) {
    if (!step.is_source() || std::get<SourceStep>(step.work).source.resource != "stdin") continue;
    if (reader != nullptr) report_shared(step, *reader, "reads standard input, as does", diagnostics);
    reader = &step;
  }
}

}  // namespace flowrun
