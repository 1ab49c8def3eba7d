#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "component/options.hpp"
#include "component/registry.hpp"
#include "flow/compile.hpp"
#include "flow/diagnostic.hpp"
#include "flow/flow.hpp"
#include "flow/flow_test.hpp"
#include "flow/parameters.hpp"

namespace flowrun {

/// All that a flow may depend on besides its file.
struct LoadOptions {
  const Registry* registry = nullptr;
  GivenParameters parameters;
  std::map<std::string, std::string> environment;  // of the process
  std::string secrets_directory;                   // --secrets-dir; CREDENTIALS_DIRECTORY goes before it
  std::vector<OptionSpec> run_options;             // what `runtime:` may hold
};

/// What became of a flow file.
struct LoadedFlow {
  std::shared_ptr<const SourceText> source;
  std::string diagnostics;  // as a person reads them; empty: none
  bool valid = false;
  std::vector<std::string> parameter_faults;  // of the values given from outside: a fault of usage, not of the file
  Flow flow;
  CompiledFlow compiled;
  std::vector<FlowTest> tests;
  Options runtime;                     // those of `runtime:` that are written; texts as convert_option made them
  std::shared_ptr<const void> memory;  // what values of the plan point into
};

/// Reads, checks and compiles a flow file. Nothing is opened, created or changed but the file itself and those that it
/// names as functions. A file that is missing or cannot be read throws Failure (exit 3).
LoadedFlow load_flow(const std::string& path, const LoadOptions& options);

/// Reads the values of a parameters file (YAML or JSON: a mapping, or nothing at all) into `given`, with their places, but
/// those that are there already. Throws Failure (exit 2, 3).
void read_parameters_file(const std::string& path, GivenParameters& given);

}  // namespace flowrun
